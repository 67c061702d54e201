#include "http/url.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace calotype::http {
namespace {

struct Case {
  std::string text;
  std::string origin;
  std::string host;
  int port;
  std::string target;
};

class UrlRead : public ::testing::TestWithParam<Case> {};

TEST_P(UrlRead, GivesItsParts) {
  const auto url = parse_url(GetParam().text);

  EXPECT_EQ(url.origin(), GetParam().origin);
  EXPECT_EQ(url.host, GetParam().host);
  EXPECT_EQ(url.port, GetParam().port);
  EXPECT_EQ(url.target, GetParam().target);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, UrlRead,
    ::testing::Values(Case{"http://a.example", "http://a.example", "a.example", 80, "/"},
                      Case{"HTTPS://A.Example:443/x%20y?q=1#part", "https://a.example", "a.example", 443, "/x%20y?q=1"},
                      Case{"https://a.example:8443?x", "https://a.example:8443", "a.example", 8443, "/?x"},
                      Case{"http://127.0.0.1:8081/api", "http://127.0.0.1:8081", "127.0.0.1", 8081, "/api"},
                      Case{"http://[::1]:9/", "http://[::1]:9", "::1", 9, "/"},
                      Case{"http://[2001:db8::2]/a", "http://[2001:db8::2]", "2001:db8::2", 80, "/a"}));

class UrlRefusal : public ::testing::TestWithParam<std::string> {};

TEST_P(UrlRefusal, ThrowsInvalid) {
  try {
    parse_url(GetParam());
    FAIL() << GetParam();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::invalid);
  }
}

INSTANTIATE_TEST_SUITE_P(Texts, UrlRefusal,
                         ::testing::Values("", "a.example", "ftp://a", "http://", "http://:80/", "http://u:p@a/",
                                           "http://a:0/", "http://a:65536/", "http://a:/", "http://a:8o/",
                                           "http://[::1", "http://[::1]x", "http://[fe80::1%25eth0]/", "http://[a]/",
                                           "http://a b/", "http://a/x y", "http://a/\r\nX: y", "http://a/\xc3\xa9",
                                           "http://a\\b/", "http://" + std::string(254, 'a')));

}  // namespace
}  // namespace calotype::http
