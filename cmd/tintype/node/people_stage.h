#pragma once

#include "node/people_plugs.h"
#include "people/activities.h"
#include "people/api.h"
#include "people/deletions.h"
#include "people/documents.h"
#include "people/persons.h"

namespace tintype {

struct NodeParts;

/// The app's backend. Stays where it is, for its parts refer to each other.
struct PeopleStage {
  explicit PeopleStage(NodeParts& parts);
  PeopleStage(const PeopleStage&) = delete;
  PeopleStage& operator=(const PeopleStage&) = delete;

  PersonPictures pictures;
  PersonBelongings belongings;
  people::Persons persons;
  people::Activities activities;
  people::Deletions deletions;
  people::Documents documents;
  people::Api api;
};

}  // namespace tintype
