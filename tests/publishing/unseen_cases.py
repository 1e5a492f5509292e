"""What a page does not show, one case a line: asked of the sanitiser, of the import and of a paste.

``kept`` is the text that stays, its spaces aside; ``quoted`` is what the editor is told was left
out. Every word that must not come out holds « secret ».
"""

from typing import NamedTuple


class Case(NamedTuple):
    name: str
    markup: str
    kept: str
    quoted: tuple[str, ...] = ()


HIDDEN, DELETED = "Texte masqué", "Texte supprimé (suivi des modifications)"
COMMENT, STRUCK = "Commentaire de relecture", "Texte barré"


def said(label: str, words: str) -> str:
    return f"{label}\u00a0: «\u00a0{words}\u00a0»"


def hidden(how: str) -> Case:
    """A hidden span in a sentence, hidden by what stands in its tag."""
    return Case(
        how,
        f"<p>Un mot <span {how}>secret</span>visible.</p>",
        "Un mot visible.",
        (said(HIDDEN, "secret"),),
    )


def styled(rule: str, attributes: str = "class=x") -> Case:
    return Case(
        rule,
        f"<style>{rule}</style><p>Un mot <span {attributes}>secret</span>visible.</p>",
        "Un mot visible.",
        (said(HIDDEN, "secret"),),
    )


def shown(markup: str, kept: str) -> Case:
    return Case(f"shown: {markup[:60]}", markup, kept)


WORD_COMMENT = """<p class=MsoNormal>Le plafond <a style='mso-comment-reference:AB_1;
mso-comment-date:20260102T1000'>est visible</a><span class=MsoCommentReference><span
style='font-size:8.0pt'><![if !supportAnnotations]><a class=msocomanchor id="_anchor_1"
href="#_msocom_1" name="_msoanchor_1">[A1]</a><![endif]><span style='mso-special-character:
comment'>&nbsp;</span></span></span>.</p><div style='mso-element:comment-list'><hr class=msocomoff
align=left size=1><div style='mso-element:comment'><div id="_com_1" class=msocomtxt language=
JavaScript><p class=MsoCommentText>Remarque secret à effacer</p></div></div></div>"""
GOOGLE_COMMENT = """<p>Le plafond est visible<sup><a href="#cmnt1" id="cmnt_ref1">[a]</a></sup>.</p>
<div style="border:1px solid black;margin:5px"><p><a href="#cmnt_ref1" id="cmnt1">[a]</a>
<span>Remarque secret</span></p><p>à effacer</p></div>"""

CASES = [
    # -- hidden by a style written on the element
    hidden('style="display:none"'),
    hidden("style='DISPLAY : None !important'"),
    hidden("style='display:none;mso-hide:all'"),
    hidden("style='mso-hide:all'"),
    hidden("style='color:windowtext;display:none;mso-hide:screen'"),
    hidden('style="visibility:hidden"'),
    hidden('style="visibility: collapse"'),
    hidden('style="opacity:0"'),
    hidden('style="opacity: 0.0"'),
    hidden('style="content-visibility:hidden"'),
    hidden('style="font-size:0"'),
    hidden('style="font-size:1px"'),
    hidden('style="font-size:1.0pt;mso-bidi-font-size:11.0pt"'),
    hidden('style="position:absolute;left:-9999px"'),
    hidden('style="position:fixed; top:-200em"'),
    hidden('style="text-indent:-9999px"'),
    hidden('style="clip:rect(0 0 0 0);position:absolute"'),
    hidden('style="clip:rect(1px, 1px, 1px, 1px)"'),
    hidden('style="clip-path:inset(50%)"'),
    hidden('style="height:0;overflow:hidden"'),
    hidden('style="width:1px;height:1px;overflow:hidden"'),
    hidden('style="max-height:0px;overflow:hidden"'),
    hidden('style="transform:scale(0)"'),
    hidden('style="color:transparent"'),
    hidden('style="color:#fff"'),
    hidden('style="color:white;mso-themecolor:background1"'),
    hidden('style="color:rgb(254, 254, 254)"'),
    hidden('style="color:#123456;background:#123456"'),
    hidden('style="background:black"'),
    hidden('style="color:windowtext;background:#000;mso-highlight:black"'),
    hidden('style="opacity:.01"'),
    hidden('style="-webkit-transform:scale(0.0)"'),
    hidden('style="scale:0"'),
    hidden('style="transform:translateX(-9999px)"'),
    hidden('style="position:relative;left:-9999px"'),
    hidden('style="position:absolute;right:9999px"'),
    hidden('style="position:absolute;inset:0 auto auto -9999px"'),
    hidden('style="margin:0 0 0 -9999px"'),
    hidden('style="text-indent:100%;white-space:nowrap;overflow:hidden"'),
    hidden('style="height:0em;overflow:hidden"'),
    hidden('style="block-size:0;overflow:hidden auto"'),
    hidden('style="clip-path:polygon(0 0, 0 0, 0 0)"'),
    hidden('style="clip-path:inset(0 100% 0 0)"'),
    hidden('style="filter:blur(1px) opacity(0.0)"'),
    hidden('style="font:0/0 a"'),
    hidden('style="font: italic 1px/1.5 Arial, sans-serif"'),
    hidden('style="font-size:1.5px"'),
    hidden('style="color:hsl(0 0% 100%)"'),
    hidden('style="color:whitesmoke"'),
    hidden('style="color:rgb(100%,100%,100%)"'),
    hidden('style="color:rgba(0,0,0,0.01)"'),
    hidden('style="color:#0000"'),
    hidden('style="color:navy;background:#000080"'),
    hidden('style="-webkit-text-fill-color:transparent"'),
    hidden('style="display:var(--x,none)"'),
    hidden("style='mso-style-textfill-type:none'"),
    # -- by an attribute, an element, a class
    hidden("popover"),
    hidden('class="is-hidden"'),
    hidden("hidden"),
    hidden('hidden="until-found"'),
    hidden('aria-hidden="true"'),
    hidden('aria-hidden="TRUE"'),
    hidden('class="sr-only"'),
    hidden('class="lien visually-hidden"'),
    hidden('class="fr-sr-only"'),
    hidden('class="screen-reader-text"'),
    hidden('class="element-invisible"'),
    hidden('class="d-none"'),
    hidden('class="hidden"'),
    Case("font", '<p>Un <font color="white">secret</font>mot visible.</p>', "Un mot visible.",
         (said(HIDDEN, "secret"),)),
    Case("template", "<p>Visible.</p><template><p>secret</p></template>", "Visible.",
         (said(HIDDEN, "secret"),)),
    Case("noscript", "<p>Visible.</p><noscript>secret</noscript>", "Visible.",
         (said(HIDDEN, "secret"),)),
    Case("fallback", "<p>Visible.</p><video>secret</video>", "Visible.",
         (said(HIDDEN, "secret"),)),
    Case("choices", "<p>Visible. <select><option>secret</select></p>", "Visible.",
         (said(HIDDEN, "secret"),)),
    Case("dialog", "<dialog>secret</dialog><p>Visible.</p>", "Visible.",
         (said(HIDDEN, "secret"),)),
    Case("font without its sign", '<p>Un <font color="FFFFFF">secret</font>mot visible.</p>',
         "Un mot visible.", (said(HIDDEN, "secret"),)),
    Case("ruby", "<p><ruby>Un<rp>secret</rp><rt>mot</rt></ruby> visible.</p>", "Unmot visible.",
         (said(HIDDEN, "secret"),)),
    Case("drawing", "<p>Visible.</p><svg><title>Le</title><text>secret</text></svg>", "Visible.",
         (said("Dessin ou formule, non repris", "Lesecret"),)),
    Case("formula", "<p>Visible. <math><mi>secret</mi></math></p>", "Visible.",
         (said("Dessin ou formule, non repris", "secret"),)),
    Case("input", '<p>Visible.<input type=hidden value="secret"></p>', "Visible."),
    Case("data", '<p data-note="secret" title="secret">Visible.</p>', "Visible."),
    # -- by a style sheet of the document
    styled(".x{display:none}"),
    styled("<!-- span.x {mso-style-name:y; display:none; mso-hide:all} -->"),
    styled("/* a */ p > .x, .y { visibility : hidden }"),
    styled("@media screen{.x{display:none}}"),
    styled("@media (min-width: 40em){.x{display:none}}"),
    styled("#y{display:none}.x{display:inline}", "class=x id=y"),
    styled(".x{display:none!important}", "class=x style='display:inline'"),
    styled("p .x{display:none}.x{display:inline}"),
    styled("@media not print{.x{display:none}}"),
    styled("@media (width >= 37.5em) and (hover: hover){.x{display:none}}"),
    styled("@media not all and (max-width: 600px){.x{display:none}}"),
    styled("p{color:#111;.x{display:none}}"),
    styled(".x{@media screen{&{display:none}}}"),
    styled(":root{--x:none}.x{display:var(--x)}"),
    # -- whole passages
    Case("paragraph", "<p>Avant.</p><p style='display:none'>Un <b>secret</b>.</p><p>Après.</p>",
         "Avant.Après.", (said(HIDDEN, "Un secret."),)),
    Case("item", "<ul><li>Un</li><li hidden>secret</li><li>Deux</li></ul>", "UnDeux",
         (said(HIDDEN, "secret"),)),
    Case("neighbours", "<p>Un <span hidden>se</span><span hidden>cret</span> mot.</p>", "Un mot.",
         (said(HIDDEN, "secret"),)),
    Case("shown again", "<p style='visibility:hidden'>secret <b style='visibility:visible'>Vu.</b>"
         "</p>", "Vu.", (said(HIDDEN, "secret"),)),
    Case("picture", "<p>Vu.</p><p hidden><img src=x alt='plan secret'></p>", "Vu.",
         (said(HIDDEN, "image plan secret"),)),
    # -- deletions, comments, what is struck through
    Case("del", "<p>Un <del cite='mailto:x' datetime='2026'>secret </del><ins>mot</ins>.</p>",
         "Un mot.", (said(DELETED, "secret"),)),
    Case("msoDel", "<p>Un <span class=msoDel><del cite='mailto:A'>secret </del></span><span "
         "class=msoIns><ins cite='mailto:A'>mot</ins></span>.</p>", "Un mot.",
         (said(DELETED, "secret"),)),
    Case("pandoc", '<p>Un <span class="deletion" data-author="A">secret </span>mot<span '
         'class="comment-start" id="0" data-author="A">remarque secret</span>.</p>', "Un mot.",
         (said(DELETED, "secret"), said(COMMENT, "remarque secret"))),
    Case("s", "<p>Le plafond est de <s>secret</s> 15 euros.</p>", "Le plafond est de 15 euros.",
         (said(STRUCK, "secret"),)),
    Case("line-through", "<p>Prix <span style='text-decoration:underline line-through'>secret"
         "</span>15 euros.</p>", "Prix 15 euros.", (said(STRUCK, "secret"),)),
    Case("Word comment", WORD_COMMENT, "Le plafond est visible.",
         (said(COMMENT, "Remarque secret à effacer"),)),
    Case("Google comment", GOOGLE_COMMENT, "Le plafond est visible.",
         (said(COMMENT, "[a] Remarque secret à effacer"),)),
    Case("markup comment", "<p>Un mot<!-- remarque secret -->.</p>", "Un mot.",
         (said(COMMENT, "remarque secret"),)),
    Case("conditional comment", "<p>Un mot<!--[if mso]>secret<![endif]-->.</p>", "Un mot."),
    Case("clipboard", "<html><body><!--StartFragment--><p>Un mot.</p><!--EndFragment--></body>"
         "</html>", "Un mot."),
    Case("tags", "<p>Un mot&#xE0073;&#xE0065;&#xE0063;&#xE0072;&#xE0065;&#xE0074;.</p>", "Un mot.",
         (said("Caractères invisibles", "secret"),)),
    # -- what is shown stays
    shown("<details><summary>Plus</summary><p>Vu.</p></details>", "PlusVu."),
    shown("<p aria-hidden='false'>Vu.</p>", "Vu."),
    shown("<p><span style='opacity:0.5'>Vu.</span></p>", "Vu."),
    shown("<p style='font-size:0'><span style='font-size:12pt'>Vu.</span></p>", "Vu."),
    shown("<p style='text-indent:-18.0pt;margin-left:-35.4pt'>Vu.</p>", "Vu."),
    shown("<p style='position:absolute;left:50%;margin-left:-480px'>Vu.</p>", "Vu."),
    shown("<p style='float:left;margin-left:-100%'>Vu.</p>", "Vu."),
    shown("<div background='x.png'><p>Un. <b style='color:white'>Vu.</b></p></div>", "Un. Vu."),
    shown("<p style='height:0'>Vu.</p>", "Vu."),
    shown("<p style='overflow:hidden;height:0;padding-bottom:56.25%'>Vu.</p>", "Vu."),
    shown("<p style='overflow:hidden;width:1px;min-width:100%'>Vu.</p>", "Vu."),
    shown("<p style='overflow:hidden;width:0;flex:1'>Vu.</p>", "Vu."),
    shown("<p style='opacity:0;animation:fade 1s forwards'>Vu.</p>", "Vu."),
    shown("<p style='transform:translate3d(-2280px,0,0)'>Vu.</p>", "Vu."),
    shown("<p style='transform:scale(0.5)'>Vu.</p>", "Vu."),
    shown("<p style='font-size:0'><span style='font:12px Arial'>Vu.</span></p>", "Vu."),
    shown("<p style='font-size:0'><span style='font-size:calc(1rem + 1vw)'>Vu.</span></p>", "Vu."),
    shown("<p style='background:rgba(0,0,0,.05)'>Vu.</p>", "Vu."),
    shown("<p style='background:rgb(0 0 0 / 5%);color:#000'>Vu.</p>", "Vu."),
    shown("<p>Un. <b style='background:hsl(240,100%,30%);color:#fff'>Vu.</b></p>", "Un. Vu."),
    shown("<div style='background-image:url(x)'>Un. <b style='color:#fff'>Vu.</b></div>", "Un.Vu."),
    shown("<p>Un. <b style='background:linear-gradient(red,blue);-webkit-background-clip:text;"
          "color:transparent'>Vu.</b></p>", "Un. Vu."),
    shown("<p>Un. <b style='color:#fff;text-shadow:0 0 2px #000'>Vu.</b></p>", "Un. Vu."),
    shown("<p>Un. <mark style='color:#fff'>Vu.</mark></p>", "Un. Vu."),
    shown("<p><a href='https://a.example/#cmnts'>Vu.</a></p>", "Vu."),
    shown("<p class='d-none d-xxl-block'>Vu.</p>", "Vu."),
    shown("<style media=print>p{display:none}</style><p>Vu.</p>", "Vu."),
    shown("<style>@supports not (display:grid){p{display:none}}</style><p>Vu.</p>", "Vu."),
    shown("<style>p{.x{display:none}}</style><p>Vu.</p>", "Vu."),
    shown("<style>@media not screen{p{display:none}}</style><p>Vu.</p>", "Vu."),
    shown("<p style='background:#000;color:#fff'>Vu.</p>", "Vu."),
    shown("<div style='background:navy url(x.png)'><p style='color:#fff'>Vu.</p></div>", "Vu."),
    shown("<p style='background:black'><a href='https://a.example'>Vu.</a></p>", "Vu."),
    shown("<p style='background:#eee'>Vu.</p>", "Vu."),
    shown("<p style='color:#fff'>Page sombre.</p>", "Page sombre."),
    shown("<p class='hidden md:block'>Vu.</p>", "Vu."),
    shown("<p class='d-none d-md-block'>Vu.</p>", "Vu."),
    shown("<style>@media print{p{display:none}}</style><p>Vu.</p>", "Vu."),
    shown("<style>@media (max-width:600px){p{display:none}}</style><p>Vu.</p>", "Vu."),
    shown("<style>p{display:none}p.x{display:block}</style><p class=x>Vu.</p>", "Vu."),
    shown("<style>p::before{display:none}a:hover{display:none}</style><p>Vu.</p>", "Vu."),
    shown("<p>Anti\u00adconstitutionnel \U0001f468\u200d\U0001f33e.</p>",
          "Anti\u00adconstitutionnel \U0001f468\u200d\U0001f33e."),
    shown("<p>\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f Vu.</p>",
          "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007fVu."),
]  # fmt: skip


def squeezed(text: str) -> str:
    return "".join(text.split())
