-- Undoes 0007_issuer.up.sql, newest change first. Every session ends.
DROP TABLE authorization_code;
DROP TABLE refresh_token;
DROP TABLE refresh_family;
