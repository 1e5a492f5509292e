from structures.models.duplicates import DuplicatePair, DuplicateSearch, Merge
from structures.models.edition import FiguresEdition
from structures.models.imports import ColumnMapping, ImportLine, ImportRun
from structures.models.operator import Agreement, Operator, ResourceCentre
from structures.models.revision import Revision
from structures.models.structure import Consent, ConsentText, Sector, Structure
from structures.models.support import StoryAgreement, Support
from structures.models.views import SavedView

__all__ = [
    "Agreement",
    "ColumnMapping",
    "Consent",
    "ConsentText",
    "DuplicatePair",
    "DuplicateSearch",
    "FiguresEdition",
    "ImportLine",
    "ImportRun",
    "Merge",
    "Operator",
    "ResourceCentre",
    "Revision",
    "SavedView",
    "Sector",
    "StoryAgreement",
    "Structure",
    "Support",
]
