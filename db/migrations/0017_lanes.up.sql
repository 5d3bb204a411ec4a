-- Invocations that do not wait for each other: docs/formats/database.md, invocation.
ALTER TABLE invocation ADD COLUMN lane TEXT NOT NULL DEFAULT 'work';
DROP INDEX invocation_by_due;
CREATE INDEX invocation_by_due ON invocation (lane, state, due_at);
