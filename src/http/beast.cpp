// The one place where Beast's own sources, and Asio's for TLS, are compiled (BOOST_*_SEPARATE_COMPILATION).
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
