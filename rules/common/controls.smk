CONTROL_TABLES = ("flt3_background", "kmt2a_dosage")


def control_bams(wildcards):
    """The BAMs of the controls of an assay, in the order of their sheet."""
    return [
        out(f"work/controls/{control.name}/aligned.bam")
        for control in CONTROLS.values()
        if control.assay == wildcards.assay
    ]


def control_panel_bams(wildcards):
    """`panel_reads` of the controls of an assay, in the order of their sheet."""
    return [
        panel_reads(control, "work/controls")
        for control in CONTROLS.values()
        if control.assay == wildcards.assay
    ]


def control_table(name, given):
    """What a sample takes from the controls of its assay: a table that is built from them, or
    that the configuration names; none where there are no controls of this assay.
    """

    def table(wildcards):
        assay = assay_of(wildcards)
        if any(control.assay == assay for control in CONTROLS.values()):
            return out(f"controls/{name}.{assay}.tsv")
        return given.get(assay) or []

    return table


def all_control_tables():
    """The tables of every assay that has controls; a later run can take them from there."""
    assays = {control.assay for control in CONTROLS.values()}
    return [
        out(f"controls/{name}.{assay}.tsv")
        for name in CONTROL_TABLES
        for assay in sorted(assays)
    ]
