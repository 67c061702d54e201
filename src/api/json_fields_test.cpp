#include "api/json_fields.h"

#include <gtest/gtest.h>

namespace calotype::api {
namespace {

using Unknown = JsonFields::Unknown;

std::vector<std::string> pointers_of(const JsonFields& fields) {
  std::vector<std::string> all;
  try {
    fields.finish();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::unprocessable);
    for (const auto& problem : error.problems()) all.push_back(problem.pointer);
  }
  return all;
}

TEST(JsonFields, GivesWhatIsThere) {
  JsonFields fields(R"({"t":"x","f":false,"w":3.6e3,"n":-0.5,"o":{"in":1},"z":null})", "try", Unknown::refused);

  EXPECT_EQ(fields.text("t"), "x");
  EXPECT_EQ(fields.flag("f"), false);
  EXPECT_EQ(fields.whole("w"), 3600);
  EXPECT_EQ(fields.number("n"), -0.5);
  EXPECT_EQ(fields.within("o").whole("in"), 1);
  EXPECT_EQ(fields.text("z"), std::nullopt) << "null is absent";
  EXPECT_EQ(fields.text("absent"), std::nullopt);
  EXPECT_EQ(fields.within("nowhere").text("x"), std::nullopt);
  EXPECT_EQ(pointers_of(fields), std::vector<std::string>{});
}

TEST(JsonFields, CollectsEveryProblemWithItsPointer) {
  JsonFields fields(R"({"t":1,"f":"yes","w":1.5,"n":"1","o":[],"a/b~c":1,"in":{"deep":1}})", "try", Unknown::refused,
                    "/metadata");
  fields.text("t");
  fields.flag("f");
  fields.whole("w");
  fields.number("n");
  fields.within("o");
  fields.within("in").need_text("there");
  fields.need_number("missing");

  EXPECT_EQ(pointers_of(fields), (std::vector<std::string>{"/metadata/t", "/metadata/f", "/metadata/w", "/metadata/n",
                                                           "/metadata/o", "/metadata/in/there", "/metadata/missing",
                                                           "/metadata/a~1b~0c", "/metadata/in/deep"}));
}

TEST(JsonFields, LeavesUnknownMembersAloneWhereTold) {
  JsonFields fields(R"({"x":1,"y":{}})", "try", Unknown::ignored);

  EXPECT_EQ(pointers_of(fields), std::vector<std::string>{});
}

TEST(JsonFields, AnEmptyTextIsAnEmptyObject) {
  JsonFields fields("", "try", Unknown::refused);

  EXPECT_FALSE(fields.has("x"));
  EXPECT_EQ(fields.need_text("x"), "");
  EXPECT_EQ(pointers_of(fields), std::vector<std::string>{"/x"});
}

TEST(JsonFields, RefusesWholeNumbersThatAreNone) {
  JsonFields fields(R"({"a":9223372036854775808,"b":1e300,"c":0.1})", "try", Unknown::refused);

  for (const auto* name : {"a", "b", "c"}) EXPECT_EQ(fields.whole(name), std::nullopt) << name;
}

TEST(JsonFields, RefusesWhatCannotBeRead) {
  std::string deep(100, '[');
  for (const auto& text : {std::string("{"), std::string("[]"), std::string("1"), std::string("{\"a\":1,\"a\":2}"),
                           std::string("{\"a\":{\"b\":1,\"b\":2}}"), std::string("{} {}"),
                           std::string("{\"a\":\"\xff\"}"), "{\"a\":" + deep + std::string(100, ']') + "}"}) {
    try {
      JsonFields fields(text, "try", Unknown::refused);
      ADD_FAILURE() << "read: " << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::invalid) << text;
      EXPECT_EQ(error.code(), "invalid-json") << text;
    }
  }
}

}  // namespace
}  // namespace calotype::api
