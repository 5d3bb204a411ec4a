-- What refers goes before what it refers to.
DROP TABLE person;
DROP TABLE manifest;
DROP TABLE invocation;
DROP TABLE event;
DROP TABLE slot;
DROP TABLE object;
DROP TABLE bucket;
