import shutil

from scripts.workflow.digest import source_digest
from scripts.workflow.environment import put_own_python_first, shell_prefix
from scripts.workflow.versions import FAMILIES, tools_in_use
from snakemake import __version__ as snakemake_version
from snakemake.settings.types import DeploymentMethod

put_own_python_first()
shell.prefix(shell_prefix())


def in_use(*tools):
    """The versions of programs, so that another version runs again what the old one made.

    Where conda provides the programs, Snakemake itself runs again what another environment made.
    """
    deployed = workflow.deployment_settings.deployment_method
    return "conda" if DeploymentMethod.CONDA in deployed else tools_in_use(tools)


def growing(amount):
    """A resource that doubles with every attempt, so that a retry can succeed."""
    return lambda wildcards, attempt: amount * 2 ** (attempt - 1)


def with_multiqc():
    """Whether MultiQC is there, or can be had from its conda environment."""
    deployed = workflow.deployment_settings.deployment_method
    return DeploymentMethod.CONDA in deployed or shutil.which("multiqc") is not None
