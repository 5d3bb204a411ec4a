#include "node/demo_person.h"

#include <utility>

#include "base/log.h"
#include "gateway/issuer.h"
#include "http/problem.h"

namespace tintype {
namespace {

Task<http::Response> after(std::shared_future<void> saved, BlockingPool& pool,
                           const gateway::Integration& inner, http::Request& request,
                           const gateway::Identity* identity, gateway::Parameters parameters) {
  const Status there = co_await pool.run([&saved]() -> Status {
    saved.wait();
    return {};
  });
  if (!there) co_return http::problem_response(there.error(), request);
  co_return co_await inner(request, identity, std::move(parameters));
}

}  // namespace

Result<std::unique_ptr<DemoPerson>> DemoPerson::make(sql::Database& database,
                                                     const Credentials& credentials,
                                                     const Clock& clock, BlockingPool& pool) {
  std::unique_ptr<DemoPerson> made(new DemoPerson(pool));
  TRY_LET(const bool exists, gateway::person_exists(database, credentials.person_sub));
  if (exists) return made;
  made->save_ = std::packaged_task<void()>([&database, &credentials, &clock] {
    const Status saved =
        gateway::save_person(database, credentials.person_sub, credentials.person_name,
                             credentials.person_password, clock.now());
    if (!saved) log(LogLevel::error, "demo person not saved", {{"reason", saved.error().message}});
  });
  made->saved_ = made->save_.get_future().share();
  return made;
}

void DemoPerson::save() {
  if (save_.valid()) pool_.try_post(std::move(save_));
}

gateway::Integration DemoPerson::waited_for_by(gateway::Integration inner) {
  if (!saved_.valid()) return inner;
  return [this, inner = std::move(inner)](http::Request& request, const gateway::Identity* identity,
                                          gateway::Parameters parameters) {
    return after(saved_, pool_, inner, request, identity, std::move(parameters));
  };
}

}  // namespace tintype
