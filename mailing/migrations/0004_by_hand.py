from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailing", "0003_one_spelling")]
    operations = [
        migrations.AddField(
            model_name="message",
            name="by_hand",
            field=models.BooleanField("écrit à la main", default=False, editable=False),
        )
    ]
