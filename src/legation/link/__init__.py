"""From words to ids: names, descriptions and pronouns, as of the article's date."""
