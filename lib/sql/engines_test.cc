#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "base/fd.h"
#include "sql/test_engines.h"

namespace tintype::sql::test {
namespace {

namespace fs = std::filesystem;

/// The folder of Debian's newest PostgreSQL; empty if there is none.
fs::path programs_folder() {
  fs::path found;
  std::error_code ignored;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", ignored))
    if (fs::exists(version.path() / "bin" / "initdb")) found = version.path() / "bin";
  return found;
}

/// PostgreSQL refuses to run as root.
struct Account {
  bool change = false;
  uid_t uid = 0;
  gid_t gid = 0;
};

Account unprivileged() {
  const passwd* const nobody = geteuid() == 0 ? getpwnam("nobody") : nullptr;
  return nobody == nullptr ? Account{} : Account{true, nobody->pw_uid, nobody->pw_gid};
}

/// Starts a program that dies with us; `output_fd` becomes its standard error.
pid_t spawn(const std::vector<std::string>& command, const Account& account, int output_fd) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child != 0) return child;
  // Only system calls until exec: other threads' locks are frozen here.
  if (account.change &&
      (setgroups(0, nullptr) != 0 || setgid(account.gid) != 0 || setuid(account.uid) != 0))
    _exit(126);
  prctl(PR_SET_PDEATHSIG, SIGQUIT);  // After setuid, which would reset it.
  const int nowhere = open("/dev/null", O_RDWR);
  dup2(nowhere, STDIN_FILENO);
  dup2(nowhere, STDOUT_FILENO);
  dup2(output_fd, STDERR_FILENO);
  if (chdir("/") != 0) _exit(126);
  execv(arguments[0], arguments.data());
  _exit(127);
}

/// Reads until `mark` was seen or the writer closed; returns what was read.
std::string read_until(int fd, std::string_view mark) {
  std::string seen;
  char buffer[4096];
  while (seen.find(mark) == std::string::npos) {
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got <= 0) break;
    seen.append(buffer, static_cast<std::size_t>(got));
  }
  return seen;
}

class Server {
 public:
  /// Started at the first call.
  static Server& get() {
    static Server server;
    return server;
  }

  ~Server() {
    if (process_ <= 0) return;
    kill(process_, SIGQUIT);
    waitpid(process_, nullptr, 0);
  }

  /// Why it does not run; empty if it does.
  const std::string& failure() const { return failure_; }

  /// Each in a schema of its own.
  std::string fresh_url() {
    const std::string name = "test_" + std::to_string(++schema_count_);
    run_all(*open_database(url()), {"CREATE SCHEMA " + name});
    return url() + "&options=-csearch_path%3D" + name;
  }

 private:
  Server() { failure_ = start(); }

  std::string url() const {
    return "postgresql:///postgres?user=tintype&host=" + folder_.path().string();
  }

  std::string start() {
    const fs::path programs = programs_folder();
    if (programs.empty()) return "no /usr/lib/postgresql/*/bin: install Debian's 'postgresql'";
    const Account account = unprivileged();
    if (account.change && chown(folder_.path().c_str(), account.uid, account.gid) != 0)
      return "cannot give away " + folder_.path().string();
    const std::string data = folder_.path() / "data";

    // ICU's English order is not that of bytes: what must sort by bytes has to say so.
    const pid_t init =
        spawn({programs / "initdb", "-D", data, "-U", "tintype", "-A", "trust", "-E", "UTF8",
               "--locale=C", "--locale-provider=icu", "--icu-locale=en", "--no-sync"},
              account, STDERR_FILENO);
    int status = 0;
    if (waitpid(init, &status, 0) != init || status != 0) return "initdb failed";

    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return "no pipe";
    log_ = Fd(ends[0]);
    Fd log_end(ends[1]);
    // Quiet enough for its log never to fill the pipe, which nobody reads later.
    process_ = spawn({programs / "postgres", "-D", data, "-k", folder_.path(), "-F", "-c",
                      "listen_addresses=", "-c", "log_min_messages=log", "-c",
                      "log_checkpoints=off", "-c", "shared_buffers=16MB"},
                     account, log_end.get());
    log_end = Fd();  // Or the end of a server that fails would not be seen.
    const std::string seen = read_until(log_.get(), "ready to accept connections");
    return seen.find("ready to accept connections") == std::string::npos ? seen : "";
  }

  Folder folder_;
  Fd log_;
  pid_t process_ = -1;
  int schema_count_ = 0;
  std::string failure_;
};

}  // namespace

Folder::Folder() {
  std::string pattern = fs::temp_directory_path() / "tintype-sql-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) abort();
  path_ = pattern;
}

Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string Folder::url(const std::string& name) const {
  return "sqlite://" + (path_ / name).string();
}

std::unique_ptr<Database> open_database(const std::string& url, Database::Options options) {
  auto opened = Database::open(url, options);
  if (opened) return std::move(*opened);
  ADD_FAILURE() << opened.error().message;
  return nullptr;
}

void run_all(Database& database, const std::vector<std::string>& statements) {
  const Status done = database.write([&](Session& session) -> Status {
    for (const std::string& statement : statements) TRY(session.execute(statement));
    return {};
  });
  ASSERT_TRUE(done) << done.error().message;
}

std::string read_text(Database& database, const std::string& statement, const Values& values) {
  const auto rows =
      database.read([&](Session& session) { return session.query(statement, values); });
  if (rows && !rows->empty()) return rows->front().text(0);
  ADD_FAILURE() << statement << ": " << (rows ? "no row" : rows.error().message);
  return "";
}

void EachEngine::SetUp() {
  if (sqlite()) {
    url_ = folder_.url();
  } else {
    ASSERT_EQ(Server::get().failure(), "");
    url_ = Server::get().fresh_url();
  }
  database_ = open_database(url_);
  ASSERT_NE(database_, nullptr);
}

void ItemsOnEachEngine::SetUp() {
  EachEngine::SetUp();
  if (database_ == nullptr) return;
  run_all(*database_,
          {"CREATE TABLE item (id BIGINT PRIMARY KEY, number BIGINT, text TEXT, name TEXT UNIQUE)",
           "CREATE TABLE part (item BIGINT NOT NULL REFERENCES item (id))"});
}

Result<std::int64_t> ItemsOnEachEngine::execute(std::string_view statement, const Values& values) {
  return database_->write([&](Session& session) { return session.execute(statement, values); });
}

Result<Rows> ItemsOnEachEngine::query(std::string_view statement, const Values& values) {
  return database_->read([&](Session& session) { return session.query(statement, values); });
}

std::string engine_name(const testing::TestParamInfo<Engine>& info) {
  return info.param == Engine::sqlite ? "Sqlite" : "Postgresql";
}

}  // namespace tintype::sql::test
