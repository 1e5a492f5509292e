"""A correction that was published alone is a version too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0006_former_addresses"),
    ]

    operations = [
        migrations.AlterField(
            model_name="articleversion",
            name="action",
            field=models.CharField(
                choices=[
                    ("saved", "Enregistré"),
                    ("imported", "Importé"),
                    ("submitted", "Proposé à la relecture"),
                    ("returned", "Renvoyé en brouillon"),
                    ("published", "Publié"),
                    ("fixed", "Correction publiée seule"),
                    ("scheduled", "Programmé"),
                    ("unscheduled", "Programmation annulée"),
                    ("archived", "Archivé"),
                    ("reopened", "Sorti des archives"),
                    ("restored", "Version restaurée"),
                ],
                default="saved",
                max_length=12,
                verbose_name="action",
            ),
        ),
    ]
