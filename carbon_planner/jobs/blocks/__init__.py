"""The steps of an evaluation one by one, on plain tables: for models and scripts that put them together anew."""
