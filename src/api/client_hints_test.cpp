#include "api/client_hints.h"

#include <gtest/gtest.h>

#include "api/fetch_fixture.h"

namespace calotype::api {
namespace {

http::Fields fields_of(const std::vector<std::pair<std::string, std::string>>& list) {
  http::Fields fields;
  for (const auto& [name, value] : list) fields.add(name, value);
  return fields;
}

TEST(ClientHintFields, AreRead) {
  const auto hints = client_hints(fields_of(
      {{"Save-Data", "on"}, {"Sec-CH-DPR", "2.625"}, {"Sec-CH-Width", "640"}, {"Sec-CH-Viewport-Width", "1280"}}));

  EXPECT_TRUE(hints.saves_data);
  EXPECT_EQ(hints.dpr, 2.625);
  EXPECT_EQ(hints.width, 640);
  EXPECT_EQ(hints.viewport_width, 1280);
}

TEST(ClientHintFields, AreNotThereWhereTheyMakeNoSense) {
  for (const auto* value : {"", "x", "0", "-1", "1e3", "640px", "99999999999999999999", "nan", "inf"}) {
    const auto hints = client_hints(fields_of({{"Sec-CH-Width", value}}));
    EXPECT_FALSE(hints.width) << value;
  }
  for (const auto* value : {"", "0", "-2", "nan", "inf", "11", "2x"}) {
    EXPECT_FALSE(client_hints(fields_of({{"Sec-CH-DPR", value}})).dpr) << value;
  }
  EXPECT_FALSE(client_hints(fields_of({{"Save-Data", "off"}})).saves_data);
}

TEST_F(FetchTest, NamesEveryFieldThatDecided) {
  add_rule("many", R"({"format":"auto","actions":[{"resize":{"width":"$w"}}],
    "params":{"w":{"type":"int","values":[100,200],"default":100,"signed":false,"hint":"width"}},
    "when":[{"if":{"any":[{"client.saveData":{"eq":true}},{"client.dpr":{"gt":1}}]},"set":{"quality":40}}]})");

  const auto plain = fetch("/shop/images/cat.jpg?rule=many");
  EXPECT_EQ(plain.fields.get("Vary"), "Accept, Save-Data, Sec-CH-DPR, Sec-CH-Width");
  EXPECT_EQ(fetch("/shop/images/cat.jpg?rule=many&w=200").fields.get("Vary"), "Accept, Save-Data, Sec-CH-DPR");
  const auto thrifty = fetch("/shop/images/cat.jpg?rule=many", {{"Save-Data", "on"}});
  EXPECT_NE(thrifty.fields.get("ETag"), plain.fields.get("ETag"));
  const auto known = fetch("/shop/images/cat.jpg?rule=many",
                           {{"Save-Data", "on"}, {"If-None-Match", std::string(thrifty.fields.get("ETag"))}});
  EXPECT_EQ(known.status, 304);
  EXPECT_EQ(known.fields.get("Vary"), plain.fields.get("Vary"));
}

}  // namespace
}  // namespace calotype::api
