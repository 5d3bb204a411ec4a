-- What the embedded issuer gave out and can take back. All of it goes with the credential of its
-- person. Of tokens and codes only digests are kept: SHA-256, 64 lower-case hexadecimal digits.

-- A session: what began with one sign-in.
CREATE TABLE refresh_family (
  id TEXT PRIMARY KEY,
  sub TEXT NOT NULL REFERENCES credential (sub) ON DELETE CASCADE,
  client_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,          -- However often it is refreshed.
  ends_at BIGINT NOT NULL              -- Unless it is refreshed before; at most expires_at.
);
CREATE INDEX refresh_family_by_person ON refresh_family (sub);
CREATE INDEX refresh_family_by_end ON refresh_family (ends_at);

CREATE TABLE refresh_token (
  digest TEXT COLLATE "binary" PRIMARY KEY,
  family_id TEXT NOT NULL REFERENCES refresh_family (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  used_at BIGINT,                      -- NULL: it is the newest of its family.
  repeated_at BIGINT                   -- NULL: it was not taken a second time.
);
CREATE INDEX refresh_token_by_family ON refresh_token (family_id);
CREATE INDEX refresh_token_by_use ON refresh_token (used_at);

CREATE TABLE authorization_code (
  digest TEXT COLLATE "binary" PRIMARY KEY,
  sub TEXT NOT NULL REFERENCES credential (sub) ON DELETE CASCADE,
  client_id TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  challenge TEXT NOT NULL,             -- PKCE's, S256.
  expires_at BIGINT NOT NULL,
  used_at BIGINT,                      -- NULL: not yet.
  family_id TEXT                       -- What it was exchanged for, if it was; may be gone.
);
CREATE INDEX authorization_code_by_person ON authorization_code (sub);
CREATE INDEX authorization_code_by_end ON authorization_code (expires_at);
