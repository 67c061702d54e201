#include "engine/iptc.h"

#include <gtest/gtest.h>

namespace calotype::engine::iptc {
namespace {

std::string record(char number, const std::string& text) {
  return std::string{'\x1C', '\x02', number, '\0', static_cast<char>(text.size())} + text;
}

TEST(Iptc, TakesTheRecordsOutOfAPhotoshopBlock) {
  const std::string records = record(110, "An agency") + record(116, "Ada");

  EXPECT_EQ(records_in(photoshop_block(records)), records);
  EXPECT_EQ(records_in(records), records);
}

TEST(Iptc, LeavesThumbnailsBehind) {
  const std::string records = record(110, "An agency");
  std::string block = photoshop_block(records);
  // A thumbnail resource before the records.
  block.insert(14, std::string("8BIM\x04\x0C\0\0\0\0\0\x04", 12) + "JPEG");

  EXPECT_EQ(records_in(block), records);
}

TEST(Iptc, ReadsWhoIsToBeNamed) {
  const Credits credits =
      read(record(110, "An agency") + record(5, "title") + record(115, "Desk") + record(116, "Ada"));

  EXPECT_EQ(credits.credit, "An agency");
  EXPECT_EQ(credits.source, "Desk");
  EXPECT_EQ(credits.copyright, "Ada");
}

TEST(Iptc, GivesLessForDamagedBlocks) {
  const std::string block = photoshop_block(record(110, "An agency"));
  for (std::size_t length = 0; length < block.size(); ++length) {
    const std::string records = records_in(block.substr(0, length));
    EXPECT_LE(read(records).credit.size(), 9U);
  }
}

}  // namespace
}  // namespace calotype::engine::iptc
