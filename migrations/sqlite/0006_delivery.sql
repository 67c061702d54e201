-- What is shown instead of an error, and revisions that are in force for some objects first.

ALTER TABLE buckets ADD COLUMN placeholder TEXT NOT NULL DEFAULT '';  -- the name of an object

-- NULL: the name of the rule alone means the latest revision, for every object.
ALTER TABLE rules ADD COLUMN rollout_from INTEGER;
ALTER TABLE rules ADD COLUMN rollout_percent INTEGER CHECK (rollout_percent BETWEEN 0 AND 100);
