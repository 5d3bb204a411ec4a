// Tells a receiver outside of what happened to an object: what the notification configuration of a
// bucket asks for. One for each receiver of the stack file.
#pragma once

#include <string>

#include "event/queue.h"
#include "function/function.h"
#include "function/notify/target.h"
#include "sql/database.h"

namespace tintype::function {

/// Thread-safe.
class NotifyFunction final : public Function {
 public:
  struct Parts {
    Target& target;
    sql::Database& database;
    event::Queue& queue;
  };
  /// `name` is event::notification_name() of the receiver.
  NotifyFunction(std::string name, Parts parts) : name_(std::move(name)), parts_(parts) {}

  const std::string& name() const override { return name_; }
  Status run(const event::Lease& lease) override;

 private:
  const std::string name_;
  Parts parts_;
};

}  // namespace tintype::function
