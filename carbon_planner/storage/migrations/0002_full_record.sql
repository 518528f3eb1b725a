-- Schema 2: the full record of a factor, states of sets, the change log. Rows of schema 1 keep what they hold;
-- a text that they lack is empty, a number is unknown. This file is never edited: a later change has its own.
ALTER TABLE cp_sets ADD COLUMN released TEXT NOT NULL DEFAULT '';
ALTER TABLE cp_sets ADD COLUMN reviewer TEXT NOT NULL DEFAULT '';
ALTER TABLE cp_sets ADD COLUMN replaced_by TEXT NOT NULL DEFAULT '';
ALTER TABLE cp_factors ADD COLUMN uuid TEXT NOT NULL DEFAULT '';
ALTER TABLE cp_factors ADD COLUMN tier TEXT NOT NULL DEFAULT '';
ALTER TABLE cp_factors ADD COLUMN method TEXT NOT NULL DEFAULT '';
ALTER TABLE cp_factors ADD COLUMN scope TEXT NOT NULL DEFAULT '';
ALTER TABLE cp_factors ADD COLUMN stage TEXT NOT NULL DEFAULT '';
ALTER TABLE cp_factors ADD COLUMN gas_split TEXT NOT NULL DEFAULT '';
ALTER TABLE cp_factors ADD COLUMN gwp TEXT NOT NULL DEFAULT '';
ALTER TABLE cp_factors ADD COLUMN valid_from INTEGER;
ALTER TABLE cp_factors ADD COLUMN valid_to INTEGER;
ALTER TABLE cp_factors ADD COLUMN calc_year INTEGER;
ALTER TABLE cp_factors ADD COLUMN distribution TEXT NOT NULL DEFAULT '';
ALTER TABLE cp_factors ADD COLUMN params TEXT NOT NULL DEFAULT '';
ALTER TABLE cp_factors ADD COLUMN pedigree TEXT NOT NULL DEFAULT '';
ALTER TABLE cp_factors ADD COLUMN link TEXT NOT NULL DEFAULT '';
ALTER TABLE cp_factors ADD COLUMN page TEXT NOT NULL DEFAULT '';
ALTER TABLE cp_factors ADD COLUMN licence TEXT NOT NULL DEFAULT '';
ALTER TABLE cp_factors ADD COLUMN accessed TEXT NOT NULL DEFAULT '';
ALTER TABLE cp_factors ADD COLUMN amortise_yr INTEGER;
ALTER TABLE cp_factors ADD COLUMN status TEXT NOT NULL DEFAULT '';
ALTER TABLE cp_factors ADD COLUMN reviewer TEXT NOT NULL DEFAULT '';
ALTER TABLE cp_factors ADD COLUMN replaced_by TEXT NOT NULL DEFAULT '';
CREATE TABLE cp_changes (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  at TEXT NOT NULL DEFAULT '',
  who TEXT NOT NULL DEFAULT '',
  action TEXT NOT NULL DEFAULT '',
  set_id TEXT NOT NULL DEFAULT '',
  version TEXT NOT NULL DEFAULT '',
  factor_id TEXT NOT NULL DEFAULT '',
  field TEXT NOT NULL DEFAULT '',
  old TEXT NOT NULL DEFAULT '',
  new TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '',
  evidence TEXT NOT NULL DEFAULT '',
  previous TEXT NOT NULL DEFAULT '',
  hash TEXT NOT NULL DEFAULT ''
);
INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change)
  VALUES ('cp_changes', 'attributes', 'Changes', '2025-01-01T00:00:00.000Z');
UPDATE cp_meta SET value = '2' WHERE key = 'schema_version';
