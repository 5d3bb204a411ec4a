#include "node/demo_person.h"

#include <utility>

#include "base/log.h"
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

Result<std::unique_ptr<DemoPerson>> DemoPerson::make(gateway::PersonCredentials& people,
                                                     const Credentials& credentials,
                                                     BlockingPool& pool) {
  std::unique_ptr<DemoPerson> made(new DemoPerson(pool));
  TRY_LET(const bool exists, people.exists(credentials.person_sub));
  if (exists) return made;
  made->save_ = std::packaged_task<void()>([&people, &credentials] {
    const Status saved =
        people.save(credentials.person_sub, credentials.person_name, credentials.person_password);
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
