"""PDF files, written again from what their pages show, without makers, former revisions and
scripts.

A PDF that was saved by small additions still holds the pages and words that were taken out of it:
writing it whole, from its first page on, is what removes them. Title, language, tags, bookmarks,
page labels and forms are kept, since people read by them.

Source: ISO 32000-2; a signed file is left as it is, for any other byte would break the signature.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any, BinaryIO

import pikepdf
import pikepdf.settings

from media.cleaning.findings import DAMAGED, LOCKED, TOO_LARGE, Findings, Kind, Refused
from media.cleaning.kinds import LOCAL_LINK, SIGNED
from media.cleaning.markup import is_local_path
from media.cleaning.pdf_pages import tell_unseen
from media.cleaning.pictures import bare

MOST_IN_A_STREAM = 128 * 1024 * 1024
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=MOST_IN_A_STREAM,
    run_length_max_memory=MOST_IN_A_STREAM,
    png_max_memory=MOST_IN_A_STREAM,
    tiff_max_memory=MOST_IN_A_STREAM,
    dct_max_memory=MOST_IN_A_STREAM,
    max_stream_filters=5,
    doc_max_warnings=1000,
)
Dictionary = Any  # pikepdf.Object, whose kinds share one class

COMMENT = Kind(
    "annotation ou commentaire",
    "annotations ou commentaires",
    "Supprimez-les dans votre lecteur de PDF (Commentaires › Tout sélectionner › Supprimer), ou "
    "imprimez le document en PDF.",
)
REDACTION = Kind(
    "caviardage préparé mais pas appliqué : le texte est encore dessous",
    "caviardages préparés mais pas appliqués : le texte est encore dessous",
    "Appliquez-les (Acrobat : Biffer un PDF › Appliquer), puis enregistrez.",
)
HIDDEN_FIELD = Kind(
    "champ ou annotation invisible, mais rempli",
    "champs ou annotations invisibles, mais remplis",
    "Imprimez le document en PDF : il ne gardera que ce qui se voit.",
)
LAYER = Kind("calque masqué", "calques masqués", HIDDEN_FIELD.advice)
XFA = Kind("copie du formulaire (XFA)", "copies du formulaire (XFA)", "")
ATTACHED = Kind("fichier joint au PDF", "fichiers joints au PDF", "")
_PORTFOLIO = (
    "Ce PDF est un porte-documents, qui en contient d’autres : joignez ces documents un par un."
)
_MADE_BY_ITS_READER = (
    "Ce PDF est un formulaire dynamique (XFA), que peu de lecteurs affichent : imprimez-le en PDF, "
    "puis réessayez."
)
_ROOT_KEPT = {
    *("/Type", "/Version", "/Extensions", "/Pages", "/PageLabels", "/Names", "/Dests"),
    *("/ViewerPreferences", "/PageLayout", "/PageMode", "/Outlines", "/OpenAction", "/AcroForm"),
    *("/StructTreeRoot", "/MarkInfo", "/Lang", "/OutputIntents", "/OCProperties", "/URI"),
}
# Any object loses these: descriptions of its making, the programs' own copies, scripts, files.
_AFFAIRS = (
    *("/Metadata", "/PieceInfo", "/LastModified", "/AF", "/OPI", "/AlternatePresentations"),
    *("/AA", "/JS", "/Thumb", "/Alternates", "/SeparationInfo"),
)
_ACTIONS = {
    *("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/Movie", "/Sound"),
    *("/GoToE", "/Trans", "/RichMediaExecute"),
}
# These are shown on the page themselves; what they say is told where it is in a note that opens.
_SHOWN = {"/FreeText", "/Link", "/Widget", "/Popup", "/Watermark", "/PrinterMark", "/TrapNet"}
_HIDDEN, _NO_VIEW = 2, 32
_SAVED: dict[str, Any] = {
    "deterministic_id": True,
    "encryption": False,
    "stream_decode_level": pikepdf.StreamDecodeLevel.none,
}
_DEEPEST = 50
# Here the file says which standards of archives and of accessibility it keeps to.
_CONFORMANCE = tuple(
    f"{{http://www.aiim.org/{standard}/ns/id/}}{name}"
    for standard in ("pdfa", "pdfua")
    for name in ("part", "conformance", "rev", "amd", "corr")
)


def clean(source: BinaryIO, target: BinaryIO, *, title: str, found: Findings) -> bool:
    """Writes the PDF to `target` and adds to `found` what is told. Returns False where the file
    must stay as it came, being signed. Raises Refused."""
    try:
        with pikepdf.open(source, inherit_page_attributes=True) as pdf:
            if "/Collection" in pdf.Root:
                raise Refused(_PORTFOLIO)
            if pdf.Root.get("/NeedsRendering"):
                raise Refused(_MADE_BY_ITS_READER)
            if not len(pdf.pages):
                raise Refused(DAMAGED)
            is_signed = _is_signed(pdf)
            if is_signed:
                found.add(SIGNED)
            _tell_layers(pdf, found)
            _tell_fields(pdf, found)
            tell_unseen(pdf, found, most=MOST_IN_A_STREAM)
            _annotations(pdf, found)
            conformance = _conformance(pdf)
            _objects(pdf, found)
            _root(pdf, found)
            _describe(pdf, title, conformance)
            if not is_signed:
                _write(pdf, target)
            return not is_signed
    except pikepdf.PasswordError as error:
        raise Refused(LOCKED) from error
    except MemoryError as error:
        raise Refused(TOO_LARGE) from error
    except pikepdf.PdfError as error:
        raise Refused(DAMAGED) from error


def _write(pdf: pikepdf.Pdf, target: BinaryIO) -> None:
    """Writes twice, since packing a stream moves the keys of its dictionary: what is written is
    then what writing it again gives."""
    first = BytesIO()
    pdf.save(first, **_SAVED)
    with pikepdf.open(first) as again:
        again.save(target, **_SAVED)


def _is_signed(pdf: pikepdf.Pdf) -> bool:
    return (
        any(field.get("/FT") == "/Sig" and "/V" in field for field, _ in _fields(pdf))
        or "/Perms" in pdf.Root
    )


def _fields(pdf: pikepdf.Pdf) -> Iterator[tuple[Dictionary, bool]]:
    """Yields `(field, is a leaf)`, each once, whatever loops the file draws."""
    form = pdf.Root.get("/AcroForm")
    waiting = list(form.get("/Fields", [])) if isinstance(form, pikepdf.Dictionary) else []
    seen: set[tuple[int, int]] = set()
    while waiting:
        field = waiting.pop()
        if not isinstance(field, pikepdf.Dictionary):
            continue
        if field.is_indirect:
            if field.objgen in seen:
                continue
            seen.add(field.objgen)
        children = [each for each in field.get("/Kids", []) if isinstance(each, pikepdf.Dictionary)]
        yield field, not children
        waiting += children


def _tell_fields(pdf: pikepdf.Pdf, found: Findings) -> None:
    for field, is_leaf in _fields(pdf):
        if is_leaf and "/Rect" not in field and (value := _text(field.get("/V"))):
            found.add(HIDDEN_FIELD, value)


def _tell_layers(pdf: pikepdf.Pdf, found: Findings) -> None:
    properties = pdf.Root.get("/OCProperties")
    if not isinstance(properties, pikepdf.Dictionary):
        return
    default = properties.get("/D", pikepdf.Dictionary())
    groups = list(properties.get("/OCGs", []))
    off = {each.objgen for each in default.get("/OFF", []) if each.is_indirect}
    on = {each.objgen for each in default.get("/ON", []) if each.is_indirect}
    for group in groups:
        if not isinstance(group, pikepdf.Dictionary):
            continue
        view = group.get("/Usage", pikepdf.Dictionary()).get("/View", pikepdf.Dictionary())
        is_off = group.objgen in off or (
            default.get("/BaseState") == "/OFF" and group.objgen not in on
        )
        if is_off or view.get("/ViewState") == "/OFF":
            found.add(LAYER, _text(group.get("/Name")))


def _annotations(pdf: pikepdf.Pdf, found: Findings) -> None:
    for page in pdf.pages:
        annotations = page.obj.get("/Annots")
        if not isinstance(annotations, pikepdf.Array):
            continue
        kept = []
        for annotation in annotations:
            if not isinstance(annotation, pikepdf.Dictionary):
                continue
            kind = str(annotation.get("/Subtype", ""))
            if kind == "/FileAttachment":
                found.remove(ATTACHED, _text(annotation.get("/Contents")))
                continue
            kept.append(annotation)
            words = _text(annotation.get("/Contents")) or _text(annotation.get("/RC"))
            flags = annotation.get("/F", 0)
            value = _text(annotation.get("/V"))
            if kind == "/Redact":
                found.add(REDACTION)
            elif isinstance(flags, int) and flags & (_HIDDEN | _NO_VIEW) and (words or value):
                if kind != "/Popup":
                    found.add(HIDDEN_FIELD, value or words)
            elif kind not in _SHOWN and words:
                found.add(COMMENT, words)
            for key in ("/CreationDate", "/M", "/NM", "/Subj"):
                if key in annotation:
                    del annotation[key]
            if kind != "/Widget" and "/T" in annotation:  # it is the author; in a field, its name
                del annotation["/T"]
        page.obj["/Annots"] = pikepdf.Array(kept)


def _objects(pdf: pikepdf.Pdf, found: Findings) -> None:
    for thing in list(pdf.objects):
        _bare_object(thing, found, 0)
        if isinstance(thing, pikepdf.Stream):
            _bare_picture(thing)


def _bare_object(thing: Dictionary, found: Findings, depth: int) -> None:
    """Cleans this object and those written inside it; the others are met by themselves."""
    if depth > _DEEPEST:
        raise Refused(DAMAGED)
    if isinstance(thing, pikepdf.Array):
        children = list(thing)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        for key in _AFFAIRS:
            if key in thing:
                del thing[key]
        for key in ("/A", "/Next", "/PA"):
            action = thing.get(key)
            if isinstance(action, pikepdf.Dictionary) and str(action.get("/S")) in _ACTIONS:
                del thing[key]
        _tell_address(thing, found)
        children = [value for _, value in thing.items()]
    else:
        return
    for child in children:
        if isinstance(child, pikepdf.Object) and not child.is_indirect:
            _bare_object(child, found, depth + 1)


def _tell_address(thing: Dictionary, found: Findings) -> None:
    if thing.get("/S") == "/URI" and is_local_path(address := _text(thing.get("/URI"))):
        found.add(LOCAL_LINK, address)
    elif thing.get("/S") == "/GoToR" and "/F" in thing:
        file = thing["/F"]
        name = file.get("/UF", file.get("/F")) if isinstance(file, pikepdf.Dictionary) else file
        found.add(LOCAL_LINK, _text(name))


def _bare_picture(stream: pikepdf.Stream) -> None:
    """Cleans a photograph, which lies in a PDF as its file was, place and camera included."""
    filters = stream.get("/Filter")
    if isinstance(filters, pikepdf.Array):
        filters = filters[0] if len(filters) == 1 else None
    if filters is None or str(filters) not in ("/DCTDecode", "/JPXDecode"):
        return
    raw = stream.read_raw_bytes()
    if (stripped := bare(raw)) != raw:
        parameters: Dictionary = stream.get("/DecodeParms")
        if isinstance(parameters, pikepdf.Array):
            parameters = parameters[0] if len(parameters) else None
        stream.write(stripped, filter=pikepdf.Name(str(filters)), decode_parms=parameters)


def _root(pdf: pikepdf.Pdf, found: Findings) -> None:
    root = pdf.Root
    names = root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        with suppress(pikepdf.PdfError, ValueError, TypeError):
            for name, file in pdf.attachments.items():
                found.remove(ATTACHED, file.filename or name)
        for key in list(names.keys()):
            if key != "/Dests":
                del names[key]
    for key in list(root.keys()):
        if key not in _ROOT_KEPT:
            del root[key]
    action = root.get("/OpenAction")
    if isinstance(action, pikepdf.Dictionary) and action.get("/S") != "/GoTo":
        del root["/OpenAction"]
    if root.get("/PageMode") == "/UseAttachments":
        del root["/PageMode"]
    form = root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
        del form["/XFA"]
        found.remove(XFA)


def _conformance(pdf: pikepdf.Pdf) -> dict[str, str]:
    # Nothing is sure of a stranger's XML, and little depends on it.
    with suppress(Exception), pdf.open_metadata() as metadata:
        said = {key: str(metadata[key]) for key in _CONFORMANCE if key in metadata}
        return {key: value for key, value in said.items() if len(value) <= 10}
    return {}


def _describe(pdf: pikepdf.Pdf, title: str, conformance: dict[str, str]) -> None:
    """Describes the file anew: the title under which the portal gives it, and which standards it
    keeps to."""
    if "/Metadata" in pdf.Root:
        del pdf.Root["/Metadata"]
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = title
        for key, value in conformance.items():
            metadata[key] = value
    pdf.docinfo["/Title"] = title
    preferences = pdf.Root.get("/ViewerPreferences")
    if not isinstance(preferences, pikepdf.Dictionary):
        pdf.Root["/ViewerPreferences"] = preferences = pikepdf.Dictionary()
    preferences["/DisplayDocTitle"] = True


def _text(value: Any) -> str:
    if isinstance(value, pikepdf.Stream):
        return ""
    if isinstance(value, pikepdf.Array):
        return " ".join(filter(None, map(_text, list(value))))
    return str(value) if isinstance(value, pikepdf.String | str) else ""
