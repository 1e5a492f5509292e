from django.db import migrations, models


def shift_word_starts(apps, schema_editor):
    """Keys that the former version wrote keep their meaning until the geography is loaded anew."""
    apps.get_model("territories", "LookupKey").objects.filter(exactness=1).update(exactness=3)


class Migration(migrations.Migration):
    dependencies = [("territories", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="territory",
            name="former_names",
            field=models.TextField(blank=True, default="", verbose_name="anciens noms"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="lookupkey",
            name="exactness",
            field=models.PositiveSmallIntegerField(
                choices=[
                    (0, "code ou nom entier"),
                    (1, "nom entier, en un mot"),
                    (2, "nom sans ce qui dit sa nature"),
                    (3, "à partir d’un mot du nom"),
                ]
            ),
        ),
        migrations.RunPython(shift_word_starts, migrations.RunPython.noop, elidable=True),
    ]
