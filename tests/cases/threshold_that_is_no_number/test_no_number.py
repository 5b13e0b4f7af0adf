import pytest
import yaml

from flt3itd.common.errors import UserError
from scripts.inputs.settings import read_settings

CONFIG = """samples: samples.tsv
reference: {{fasta: hg38.fa, build: GRCh38, gene_models: genes.gtf}}
panel: {{name: mine, targets: targets.bed}}
thresholds: {{minimum_vaf: {number}}}
"""


@pytest.mark.parametrize("number", [".nan", ".inf", "-.inf"])
def test_it_is_refused(number: str) -> None:
    with pytest.raises(UserError, match=r"my\.yaml: thresholds\.minimum_vaf: found"):
        read_settings(yaml.safe_load(CONFIG.format(number=number)), "my.yaml")
