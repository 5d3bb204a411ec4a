// With real processes: a runtime client in a few lines of Python, which speaks the Runtime API as
// AWS documents it. That an unmodified client of AWS works too is shown in test/gateway.
#include "gateway/lambda_host.h"

#include <gtest/gtest.h>

#include <string>

#include "base/file.h"
#include "base/test_loop.h"
#include "gateway/lambda_runtime_api.h"
#include "gateway/test_gateway.h"

namespace tintype::gateway {
namespace {

using Fault = FunctionFailure::Fault;

constexpr const char* kRuntime = R"PY(
import json, os, sys, time, urllib.request

BASE = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime"

def post(path, body, **headers):
    request = urllib.request.Request(f"{BASE}/{path}", data=body, headers=headers, method="POST")
    try:
        return urllib.request.urlopen(request).status
    except urllib.error.HTTPError as error:
        return error.code

while True:
    with urllib.request.urlopen(f"{BASE}/invocation/next") as answer:
        event, headers = json.loads(answer.read()), answer.headers
    ident = headers["Lambda-Runtime-Aws-Request-Id"]
    what = event["do"]
    if what == "echo":
        post(f"invocation/{ident}/response", json.dumps({
            "event": event, "pid": os.getpid(), "arn": headers["Lambda-Runtime-Invoked-Function-Arn"],
            "deadline": int(headers["Lambda-Runtime-Deadline-Ms"]) > time.time() * 1000,
            "trace": headers["Lambda-Runtime-Trace-Id"],
            "name": os.environ["AWS_LAMBDA_FUNCTION_NAME"], "table": os.environ.get("TABLE"),
            "leaked": os.environ.get("TINTYPE_SECRET"),
        }).encode())
    elif what == "fail":
        post(f"invocation/{ident}/error", b'{"errorMessage": "secret text", "errorType": "KeyError"}',
             **{"Lambda-Runtime-Function-Error-Type": "Function.KeyError"})
    elif what == "fail-as-clients-do":
        post(f"invocation/{ident}/error", b'{"errorMessage": "secret text", "errorType": "KeyError"}')
    elif what == "die":
        sys.exit(3)
    elif what == "flood":
        post(f"invocation/{ident}/response", b'"' + b"x" * (6 << 20) + b'"')
    elif what == "full":
        post(f"invocation/{ident}/response", b'"' + b"x" * ((6 << 20) - 2) + b'"')
    elif what == "other":
        status = post("invocation/not-mine/response", b"{}")
        post(f"invocation/{ident}/response", json.dumps(status).encode())
)PY";

class LambdaHostTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TINTYPE_SECRET", "of the node", 1);
    ASSERT_TRUE(write_file(folder_.path() / "runtime.py", kRuntime, 0600));
  }

  std::shared_ptr<FunctionClient> host(
      std::chrono::milliseconds time_max = std::chrono::seconds(30)) {
    auto started = start_lambda_host({.name = "hello",
                                      .command = {"python3", "runtime.py"},
                                      .folder = folder_.path().string(),
                                      .environment = {"TABLE=people"},
                                      .time_max = time_max});
    EXPECT_TRUE(started) << started.error().message;
    return *std::move(started);
  }

  FunctionAnswer ask(FunctionClient& function, const std::string& what,
                     std::string traceparent = {}) {
    return loop_.run(function.invoke({.payload = R"({"do": ")" + what + "\"}",
                                      .request_id = "r",
                                      .traceparent = std::move(traceparent)}));
  }

  test::Folder folder_;
  tintype::test::TestLoop loop_;
};

TEST_F(LambdaHostTest, AsksTheProcess) {
  const auto function = host();
  const auto answer =
      ask(*function, "echo", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  ASSERT_TRUE(answer) << answer.error().message;
  for (const char* part :
       {R"("event": {"do": "echo"})", R"("name": "hello")", R"("table": "people")",
        R"("leaked": null)", R"("deadline": true)",
        "arn:aws:lambda:us-east-1:000000000000:function:hello",
        "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1"})
    EXPECT_NE(answer->find(part), std::string::npos) << part << " in " << *answer;
}

TEST_F(LambdaHostTest, TellsWhatWentWrongAndGoesOn) {
  const auto function = host();
  const struct {
    const char* what;
    Fault fault;
  } cases[] = {
      {"fail", Fault::failed},
      {"die", Fault::failed},
      {"flood", Fault::too_large},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.what);
    const auto answer = ask(*function, c.what);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().fault, c.fault) << answer.error().message;
    EXPECT_EQ(answer.error().message.find("secret"), std::string::npos);
    EXPECT_TRUE(ask(*function, "echo"));
  }
  EXPECT_TRUE(ask(*function, "full")) << "just as large as it may be";
  EXPECT_EQ(*ask(*function, "other"), "400") << "an id that is not its own";
}

TEST_F(LambdaHostTest, NamesTheKindOfAnError) {
  const auto function = host();
  EXPECT_EQ(ask(*function, "fail").error().message, "function error: Function.KeyError");
  EXPECT_EQ(ask(*function, "fail-as-clients-do").error().message, "function error: KeyError");
}

TEST_F(LambdaHostTest, NamesAProgramThatIsNotThere) {
  const auto started = start_lambda_host({.name = "hello", .command = {"no-such-program-here"}});
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().message.find("no-such-program-here"), std::string::npos);
}

TEST(XrayTraceOf, IsOfAValidTraceparent) {
  EXPECT_EQ(xray_trace_of("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"),
            "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=0");
  for (const char* bad : {"", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                          "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
                          "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
                          "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\nX: y"})
    EXPECT_EQ(xray_trace_of(bad), "") << bad;
}

}  // namespace
}  // namespace tintype::gateway
