// The main of every C++ test binary: the log shows only what went wrong.
#include <gtest/gtest.h>

#include "telemetry/log.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  calotype::telemetry::configure_log(calotype::telemetry::Level::error, calotype::telemetry::LogFormat::text);
  return RUN_ALL_TESTS();
}
