DROP INDEX invocation_by_due;
CREATE INDEX invocation_by_due ON invocation (state, due_at);
ALTER TABLE invocation DROP COLUMN lane;
