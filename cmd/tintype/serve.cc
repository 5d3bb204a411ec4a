#include <sysexits.h>

#include <boost/json.hpp>
#include <csignal>
#include <cstdio>

#include "base/log.h"
#include "commands.h"
#include "node/node.h"

namespace tintype {
namespace {

/// Blocks SIGINT, SIGTERM and SIGHUP in this thread and those it will start, so that
/// wait_for_signal gets them.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A client that leaves is an error code of write(), not the end of the node.
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

/// The first line of standard output: tests, demos and supervisors read it.
void print_ready(const NodeAddresses& addresses) {
  const boost::json::object line = {{"event", "ready"},
                                    {"gateway", addresses.gateway},
                                    {"edge", addresses.edge},
                                    {"s3", addresses.s3},
                                    {"ops", addresses.ops}};
  print_line(line);
  std::fflush(stdout);
}

Status serve(const ServeOptions& options) {
  TRY_LET(Stack stack, load_stack(options.config));
  TRY_LET(DataDir data, DataDir::open(options.data));
  const sigset_t signals = block_signals();
  TRY_LET(const auto node, Node::start(std::move(stack), std::move(data), options));
  print_ready(node->addresses());
  int signal = 0;
  while (sigwait(&signals, &signal) == 0 && signal == SIGHUP) node->reload();
  log(LogLevel::info, "node stopping", {{"signal", signal}});
  return {};
}

}  // namespace

int run_serve(const ServeOptions& options) {
  const Status served = serve(options);
  return served ? EX_OK : report(served.error());
}

}  // namespace tintype
