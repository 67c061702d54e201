#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

namespace calotype::http {

/// A TLS server for tests, with a certificate of its own making for one name, that gives each connection the same
/// answer. Thread: its own.
class TlsPeer {
 public:
  TlsPeer(const std::string& name, std::string answer) : answer_(std::move(answer)) {
    make_certificate(name);
    tls_.use_certificate(boost::asio::buffer(certificate_), boost::asio::ssl::context::pem);
    tls_.use_private_key(boost::asio::buffer(key_), boost::asio::ssl::context::pem);
    thread_ = std::thread([this] { serve(); });
  }
  ~TlsPeer() {
    is_ending_ = true;
    boost::asio::io_context io;
    boost::asio::ip::tcp::socket wake(io);
    boost::system::error_code ignored;
    wake.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }

  int port() const { return acceptor_.local_endpoint().port(); }
  /// PEM of the certificate, which signs itself.
  const std::string& certificate() const { return certificate_; }

 private:
  void serve() {
    while (!is_ending_) {
      boost::system::error_code error;
      boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream(io_, tls_);
      acceptor_.accept(stream.next_layer(), error);
      if (error || is_ending_) continue;
      stream.handshake(boost::asio::ssl::stream_base::server, error);
      if (error) continue;
      std::string request;
      boost::asio::read_until(stream, boost::asio::dynamic_buffer(request), "\r\n\r\n", error);
      boost::asio::write(stream, boost::asio::buffer(answer_), error);
      stream.shutdown(error);
    }
  }

  static std::string read(BIO* bio) {
    char* data = nullptr;
    const auto size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
  }

  void make_certificate(const std::string& name) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), X509_free);
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_set_pubkey(made.get(), key.get());
    auto* subject = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(made.get(), subject);
    const auto names = "DNS:" + name;
    auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
    X509_add_ext(made.get(), extension, -1);
    X509_EXTENSION_free(extension);
    X509_sign(made.get(), key.get(), EVP_sha256());
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_X509(out.get(), made.get());
    certificate_ = read(out.get());
    const std::unique_ptr<BIO, decltype(&BIO_free)> secret(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    key_ = read(secret.get());
  }

  std::string answer_;
  std::string certificate_;
  std::string key_;
  std::atomic<bool> is_ending_ = false;
  boost::asio::io_context io_;
  boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_server};
  boost::asio::ip::tcp::acceptor acceptor_{io_, {boost::asio::ip::make_address("127.0.0.1"), 0}};
  std::thread thread_;
};

}  // namespace calotype::http
