#include "cli/transform_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "core/error.h"
#include "support/fake_engine.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace calotype::cli {
namespace {

using ::testing::HasSubstr;

class Transform : public ::testing::Test {
 protected:
  Transform() { write_output(folder_ / "in.jpg", toy_image(ImageFormat::jpg, {.width = 1200, .height = 900})); }

  Exit run(std::string_view rule, const std::string& out, TransformOptions options = {}) {
    write_output(folder_ / "rule.json", rule);
    options.in = folder_ / "in.jpg";
    options.out = folder_ / out;
    options.rule = folder_ / "rule.json";
    return run_task(transform_picture({}, std::move(options), engine_, err_));
  }

  TempDir folder_;
  FakeEngine engine_;
  std::ostringstream err_;
};

TEST_F(Transform, WritesTheFormatOfTheRule) {
  EXPECT_EQ(run(R"({"format":"webp","actions":[{"resize":{"width":300}}]})", "out.jpg"), Exit::ok);

  EXPECT_EQ(engine_.last_job()->plan.output.format, ImageFormat::webp);
  EXPECT_EQ(engine_.last_job()->plan.result, (Size{.width = 300, .height = 225}));
  EXPECT_FALSE(read_input(folder_ / "out.jpg", 1000).empty());
}

TEST_F(Transform, TakesTheFormatFromTheEndingWhereTheRuleLeavesItOpen) {
  run(R"({"actions":[{"resize":{"width":300}}]})", "out.PNG");

  EXPECT_EQ(engine_.last_job()->plan.output.format, ImageFormat::png);
}

TEST_F(Transform, NegotiatesByAcceptLikeAService) {
  run(R"({"format":["avif","webp","jpg"],"actions":[{"resize":{"width":300}}]})", "out.jpg", {.accept = "image/webp"});

  EXPECT_EQ(engine_.last_job()->plan.output.format, ImageFormat::webp);
}

TEST_F(Transform, MeasuresFirstWhereTheRuleTrims) {
  engine_.set_measured({.left = 100, .top = 100, .width = 600, .height = 300});

  run(R"({"format":"jpg","actions":[{"trim":{}},{"resize":{"width":300}}]})", "out.jpg");

  EXPECT_EQ(engine_.measures(), 1);
  EXPECT_EQ(engine_.last_job()->plan.result, (Size{.width = 300, .height = 150}));
}

TEST_F(Transform, AsksForTheFileOfAWatermark) {
  try {
    run(R"({"format":"jpg","watermark":{"id":"logo"},"actions":[{"resize":{"width":300}}]})", "out.jpg");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("--watermark logo=FILE"));
  }
}

TEST_F(Transform, ExplainsThePlan) {
  run(R"({"format":"jpg","actions":[{"resize":{"width":300}}]})", "out.jpg", {.explains = true});

  EXPECT_THAT(err_.str(), HasSubstr("resize 300x225"));
}

TEST_F(Transform, EndsWithTheExitCodeOfWhatWasWrong) {
  EXPECT_EQ(exit_of(Error(Fault::unprocessable, "", "invalid-rule")), Exit::bad_rule);
  EXPECT_EQ(exit_of(Error(Fault::unsupported, "")), Exit::bad_picture);
  EXPECT_EQ(exit_of(Error(Fault::unavailable, "")), Exit::failed);
}

TEST_F(Transform, PrintsWhatAHeaderSays) {
  std::ostringstream out;

  run_task(print_info({}, folder_ / "in.jpg", engine_, out));

  EXPECT_THAT(out.str(), HasSubstr(R"("format":"jpg","width":1200,"height":900,"frames":1,)"));
}

}  // namespace
}  // namespace calotype::cli
