from scripts.report.page_parts import CONTENTS, finished

PAGE = f"""<nav>{CONTENTS}</nav>
<h2 id="flt3">FLT3 &amp; more</h2>
<div class="scroll">
<table>
<caption class="caption">Named on "NM". Intervals are 95% intervals.</caption>
<tr></tr></table></div>
<h3>Kinase <em>domain</em></h3>
<div class="scroll"><table class="sortable">
<thead></thead></table></div>
<details><summary>All of it</summary><table><tr></tr></table></details>
<h2 id="end">End</h2>
<figure>
<svg><title id="x">A drawing. With words</title></svg>
</figure>"""


def test_contents_lead_to_every_section() -> None:
    links = '<li><a href="#flt3">FLT3 &amp; more</a></li><li><a href="#end">End</a></li>'
    assert f"<nav><ul>{links}</ul></nav>" in finished(PAGE)


def test_every_table_has_a_caption_and_keeps_its_own() -> None:
    made = finished(PAGE)
    assert made.count("<caption") == made.count("<table") == 3
    assert '<table class="sortable">\n<caption class="unseen">Kinase domain</caption>' in made
    assert '<table>\n<caption class="unseen">All of it</caption>' in made


def test_scroll_areas_are_reached_by_keys_and_named() -> None:
    made = finished(PAGE)
    named = 'tabindex="0" role="group" aria-label='
    assert f'<div class="scroll" {named}"Named on &quot;NM&quot;">' in made
    assert f'<div class="scroll" {named}"Kinase domain">' in made
    assert f'<figure {named}"A drawing">' in made
    assert '<div class="scroll">' not in made


def test_a_page_without_parts_stays_as_it_is() -> None:
    assert finished("<p>words</p>") == "<p>words</p>"
