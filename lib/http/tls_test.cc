#include "http/tls.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <filesystem>
#include <future>

#include "base/file.h"
#include "base/random.h"
#include "http/asio_loop.h"
#include "http/server_fixture.h"
#include "http/upstream.h"

namespace tintype::http {
namespace {

using namespace std::chrono_literals;

/// A folder with certificates that openssl(1) makes, removed at its end.
class Certificates {
 public:
  Certificates() : folder_(std::filesystem::path(::testing::TempDir()) / ("tls-" + make_id())) {
    std::filesystem::create_directory(folder_);
  }
  ~Certificates() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  std::filesystem::path path(const std::string& name) const { return folder_ / name; }
  ServerTls::Files files(const std::string& name) const {
    return {.certificate = path(name + ".pem"), .key = path(name + ".key")};
  }
  /// NAME.pem and NAME.key, for `host`, signed by itself.
  void make(const std::string& name, const std::string& host) const {
    const std::string arguments[] = {"openssl",
                                     "req",
                                     "-x509",
                                     "-newkey",
                                     "ec",
                                     "-pkeyopt",
                                     "ec_paramgen_curve:P-256",
                                     "-nodes",
                                     "-days",
                                     "30",
                                     "-subj",
                                     "/CN=" + host,
                                     "-addext",
                                     "subjectAltName=" + host,
                                     "-keyout",
                                     path(name + ".key"),
                                     "-out",
                                     path(name + ".pem")};
    std::vector<char*> argv;
    for (const std::string& argument : arguments)
      argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t pid = 0;
    ASSERT(posix_spawnp(&pid, "openssl", &actions, nullptr, argv.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    int status = 0;
    ASSERT(waitpid(pid, &status, 0) == pid);
    ASSERT(status == 0);
  }

 private:
  std::filesystem::path folder_;
};

Instant now() { return SystemClock().now(); }

TEST(ServerTls, WrongFilesAreNamed) {
  const Certificates certificates;
  certificates.make("good", "DNS:localhost");
  certificates.make("other", "DNS:localhost");
  ASSERT_TRUE(write_file(certificates.path("garbage.pem"), "garbage", 0600));
  const auto good = certificates.files("good");
  const struct {
    const char* name;
    ServerTls::Files files;
    std::chrono::hours later;
    const char* setting;
  } cases[] = {
      {"no certificate", {certificates.path("none"), good.key}, 0h, "tls_certificate"},
      {"no key", {good.certificate, certificates.path("none")}, 0h, "tls_key"},
      {"garbage certificate", {certificates.path("garbage.pem"), good.key}, 0h, "tls_certificate"},
      {"garbage key", {good.certificate, certificates.path("garbage.pem")}, 0h, "tls_key"},
      {"key of another", {good.certificate, certificates.path("other.key")}, 0h, "tls_key"},
      {"swapped", {good.key, good.certificate}, 0h, "tls_certificate"},
      {"expired", good, 24h * 31, "tls_certificate"},
      {"not valid yet", good, -48h, "tls_certificate"},
  };
  EXPECT_TRUE(ServerTls::load(good, now()));
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto tls = ServerTls::load(c.files, now() + c.later);
    ASSERT_FALSE(tls);
    EXPECT_EQ(tls.error().code, ErrorCode::invalid_argument);
    EXPECT_TRUE(tls.error().message.starts_with(c.setting)) << tls.error().message;
  }
}

TEST(ServerTls, ReloadsWhatChangedAndKeepsWhatWorks) {
  const Certificates certificates;
  certificates.make("a", "DNS:localhost");
  const auto files = certificates.files("a");
  const auto tls = *ServerTls::load(files, now());
  const auto first = tls->context();
  EXPECT_FALSE(*tls->reload_if_changed(now()));
  ASSERT_TRUE(write_file(files.certificate, "broken", 0600));
  EXPECT_FALSE(tls->reload_if_changed(now()));
  EXPECT_EQ(tls->context(), first);
  EXPECT_FALSE(*tls->reload_if_changed(now()));  // Said once.
  certificates.make("a", "DNS:localhost");
  EXPECT_TRUE(*tls->reload_if_changed(now()));
  EXPECT_NE(tls->context(), first);
}

Task<Response> tell_scheme(Request& request) {
  co_return test::text_response(request.secure ? "secure" : "plain");
}

Task<int> ask(Upstream& upstream, std::string& body) {
  const auto exchange = upstream.exchange();
  const UpstreamRequest request{.method = "GET", .target = "/", .headers = {{"Host", "h"}}};
  const auto head = co_await exchange->send(request);
  if (head) body = (co_await read_all(*exchange, 100)).value_or("");
  co_await exchange->finish();
  co_return head ? head->status : 0;
}

// Our client against our server: whom it believes.
TEST(Tls, TheClientChecksWhomItTalksTo) {
  const Certificates certificates;
  certificates.make("localhost", "DNS:localhost");
  certificates.make("address", "IP:127.0.0.1");
  const struct {
    const char* name;
    const char* served;
    const char* host;
    const char* trusted;
    int status;
  } cases[] = {
      {"name", "localhost", "localhost", "localhost", 200},
      {"address", "address", "127.0.0.1", "address", 200},
      {"another name", "localhost", "127.0.0.1", "localhost", 0},
      {"unknown authority", "localhost", "localhost", "address", 0},
      {"the system's authorities", "localhost", "localhost", "", 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<Listener> listeners;
    listeners.push_back({.name = "tls",
                         .address = "127.0.0.1:0",
                         .handler = tell_scheme,
                         .tls = *ServerTls::load(certificates.files(c.served), now())});
    const auto server = *Server::start({}, std::move(listeners));
    const std::string address = server->addresses()[0];
    UpstreamClient client({});
    const std::string trusted(c.trusted);
    const auto upstream = *client.upstream(
        {.secure = true,
         .host = c.host,
         .port = *parse_integer<std::uint16_t>(address.substr(address.rfind(':') + 1))},
        trusted.empty() ? "" : certificates.path(trusted + ".pem").string());
    AsioLoop loop;
    loop.run();
    std::string body;
    for (int i = 0; i < 2; ++i) {  // On a kept connection the second time.
      std::promise<int> status;
      loop.post([&] { start(ask(*upstream, body), [&](int got) { status.set_value(got); }); });
      EXPECT_EQ(status.get_future().get(), c.status);
    }
    EXPECT_EQ(body, c.status == 200 ? "secure" : "");
    loop.end();
  }
}

TEST(Tls, PlainHttpOnATlsListenerGetsNothing) {
  const Certificates certificates;
  certificates.make("a", "DNS:localhost");
  std::vector<Listener> listeners;
  listeners.push_back({.name = "tls",
                       .address = "127.0.0.1:0",
                       .handler = tell_scheme,
                       .tls = *ServerTls::load(certificates.files("a"), now())});
  const auto server = *Server::start({}, std::move(listeners));
  test::RawClient client(server->addresses()[0]);
  client.send(test::kGet);
  EXPECT_EQ(client.read_to_end().find("HTTP/1.1"), std::string::npos);
}

TEST(UpstreamClient, AnAuthorityThatCannotBeReadIsAnError) {
  UpstreamClient client({});
  const auto upstream = client.upstream({.secure = true, .host = "h", .port = 443}, "/none");
  ASSERT_FALSE(upstream);
  EXPECT_EQ(upstream.error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace tintype::http
