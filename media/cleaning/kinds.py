"""Ways to hide that several families of formats share."""

from media.cleaning.findings import Kind

LOCAL_LINK = Kind(
    "lien vers un fichier de votre ordinateur ou de votre réseau",
    "liens vers des fichiers de votre ordinateur ou de votre réseau",
    "Retirez ces liens, ou faites-les mener à une adresse du web.",
)
OBJECT = Kind(
    "document incorporé, tout entier derrière son image",
    "documents incorporés, tout entiers derrière leur image",
    "Remplacez-le par son image (Couper, puis Collage spécial › Image).",
)
MEDIA = Kind(
    "vidéo ou son, dont les données (lieu, appareil) restent",
    "vidéos ou sons, dont les données (lieu, appareil) restent",
    "Publiez plutôt la vidéo sur un site de vidéos, et mettez son lien.",
)
SIGNED = Kind(
    "signature électronique, qui empêche de retirer ce que le fichier dit de ses auteurs",
    "signatures électroniques, qui empêchent de retirer ce que le fichier dit de ses auteurs",
    "Joignez une copie sans signature, ou un PDF imprimé depuis le document ; ou publiez-le tel "
    "quel, si la signature doit pouvoir être vérifiée.",
)
