from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [
        migrations.AddField("entry", "name", models.BinaryField(default=b"", max_length=100)),
        migrations.AddIndex(
            "entry", models.Index(fields=["kind", "name"], name="search_entry_name")
        ),
        migrations.AddIndex(
            "entry",
            models.Index(
                condition=models.Q(("audience", "public")),
                fields=["kind", "name"],
                name="search_entry_public_name",
            ),
        ),
    ]
