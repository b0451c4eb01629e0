#!/bin/bash
# sysroot.sh - builds the libraries that Kith needs on Windows (x86_64) from Debian's sources with Debian's MinGW-w64, package by package.
#
#   sysroot.sh base|gtk|all    builds what is missing of that part, and prints the sysroot's directory as its last line
#   sysroot.sh NAME...         these packages, and what they need
#   sysroot.sh --directory     prints the directory, builds nothing
#   sysroot.sh --fetch         only fetches the sources of all
#
# The sysroot is in the user's cache, in a directory named by the checksum of this script and of the compiler, so that another recipe never meets an older
# result. Sources are taken from the cache first, then from the mirror that apt has; a version that the mirror lost is replaced by the one that apt finds, and
# that is said. What was used stands in share/kith/sources.txt of the sysroot, with checksums.
# Two packages are built beside each other: configuring takes one core only. Where ccache is installed, it is used.
# The Debian packages that it takes are in ./dev ("packages_windows"). KITH_SYSROOT_WORK names another directory to build in.
set -euo pipefail
shopt -s inherit_errexit

host=x86_64-w64-mingw32
compiler=$host-gcc-posix
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kith/windows
sources=$cache/sources
self=$(readlink -f "${BASH_SOURCE[0]}")
key=$({ cat "$self"; "$compiler" --version; } | sha256sum | cut -c 1-16)
work=${KITH_SYSROOT_WORK:-$cache/$key}
prefix=$work/sysroot
unpacked=$work/src
building=$work/build
tools=$work/tools

# What others wait for, or what takes long, stands first.
base_packages=(zlib libffi pcre2 libintl glib openssl sqlite json-c cmocka libmicrohttpd md4c)
gtk_packages=(harfbuzz libpng pixman fribidi cairo pango gdk-pixbuf atk epoxy gtk libhandy)

# What needs what, as make reads it.
needs ()
{
  cat <<'NEEDS'
glib: zlib libffi pcre2 libintl
harfbuzz: glib
libpng: zlib
cairo: glib libpng pixman
pango: cairo fribidi harfbuzz
gdk-pixbuf: glib libpng
atk: glib
gtk: pango gdk-pixbuf atk epoxy
libhandy: gtk
NEEDS
}

# ---- sources -------------------------------------------------------------------------------------------------------------------------
# Name, directory in the pool, upstream's archive, its checksum; the archive of Debian's patches ("-": none wanted), its checksum; the name of the source
# package for apt. Not Debian 12's version: at-spi2-core and libhandy, which mirrors have lost; libpng, for its newer fixes. cairo's patches would want
# autoreconf, gettext's change nothing that is built here.
source_table ()
{
  cat <<'TABLE'
json-c        j/json-c          json-c_0.16.orig.tar.gz            3ecaeedffd99a60b1262819f9e60d7d983844073abc74e495cb822b251904185 json-c_0.16-2.debian.tar.xz                    64e4334da662d62b735a876567620121f9f07cac9ad01f989034cbcf45c8ac84 json-c
cmocka        c/cmocka          cmocka_1.1.5.orig.tar.xz           f0ccd8242d55e2fd74b16ba518359151f6f8383ff8aef4976e48393f77bba8b6 cmocka_1.1.5-2.1.debian.tar.xz                 6ba25b3981ce2a6b954ba17b2e05460e5b14fd2092475fb3c13b0eb9aa3208b2 cmocka
sqlite        s/sqlite3         sqlite3_3.40.1.orig.tar.xz         aaa776260ab4dc976db34aa7891819484c8676b5b2783123ebc6301e2ca5d655 sqlite3_3.40.1-2+deb12u2.debian.tar.xz         0843bc12e4364076477935ce313a6d0796fd899a989ff18ebb6545540e10e4ca sqlite3
openssl       o/openssl         openssl_3.0.22.orig.tar.gz         67ebca7e50d17383028045486653492195b83db95f8558709701bb47b5c1ef81 openssl_3.0.22-1~deb12u2.debian.tar.xz         48971306c5df8124daea7f2bd0de2be7d711e18f2f53711c11327293732e42aa openssl
libffi        libf/libffi       libffi_3.4.4.orig.tar.gz           d66c56ad259a82cf2a9dfc408b32bf5da52371500b84745f7fb8b645712df676 libffi_3.4.4-1.debian.tar.xz                   161b210bfd2ada0b15b0d2a2a98ffc779cd4a68661a7fdf46f61732493db0895 libffi
pcre2         p/pcre2           pcre2_10.42.orig.tar.gz            c33b418e3b936ee3153de2c61cc638e7e4fe3156022a5c77d0711bcbb9d64f1f -                                              - pcre2
gettext       g/gettext         gettext_0.21.orig.tar.xz           d20fcbb537e02dcf1383197ba05bd0734ef7bf5db06bdb241eb69b7d16b73192 -                                              - gettext
glib          g/glib2.0         glib2.0_2.74.6.orig.tar.xz         069cf7e51cd261eb163aaf06c8d1754c6835f31252180aff5814e5afc7757fbc glib2.0_2.74.6-2+deb12u9.debian.tar.xz         ccfe76a05463099331f31fc2fde1677ce3c5e0d054112890541b511c0b3321ff glib2.0
libmicrohttpd libm/libmicrohttpd libmicrohttpd_0.9.75.orig.tar.xz  796e7e217a4802679fcac667a4e98501c53185dcf50ca0583870e84192620131 libmicrohttpd_0.9.75-6.debian.tar.xz           566c247bfbf67e20858705ae695f58db747d50ed8512f2bc46a28bef9086e5af libmicrohttpd
md4c          m/md4c            md4c_0.4.8.orig.tar.gz             4a457df853425b6bb6e3457aa1d1a13bccec587a04c38c622b1013a0da41439f -                                              - md4c
libpng        libp/libpng1.6    libpng1.6_1.6.48.orig.tar.gz       b17e99026055727e8cba99160c3a9a7f9af788e9f786daeadded5a42243f1dd0 -                                              - libpng1.6
pixman        p/pixman          pixman_0.42.2.orig.tar.gz          ea1480efada2fd948bc75366f7c349e1c96d3297d09a3fe62626e38e234a625e -                                              - pixman
fribidi       f/fribidi         fribidi_1.0.8.orig.tar.bz2         94c7b68d86ad2a9613b4dcffe7bbeb03523d63b5b37918bdf2e4ef34195c1e6c fribidi_1.0.8-2.1.debian.tar.xz                7e80ba37a8ef1ce98c73a888b56a3f1192fbd0f43c46b626026106065bd2993a fribidi
harfbuzz      h/harfbuzz        harfbuzz_6.0.0+dfsg.orig.tar.xz    89266cb363e49b6aa999eda04ca25b0d234a69ad9304679631371f4697652368 harfbuzz_6.0.0+dfsg-3.debian.tar.xz            0cabb3f1910d66d84967d65e4eaef9aa5b056e4d279ba46444d3f9c3e25a96ac harfbuzz
cairo         c/cairo           cairo_1.16.0.orig.tar.xz           5e7b29b3f113ef870d1e3ecf8adf21f923396401604bda16d44be45e66052331 -                                              - cairo
pango         p/pango1.0        pango1.0_1.50.12+ds.orig.tar.xz    ec19df0570cf87583ebff514968a958c25031a6f47eb39e8eb06530166ffb239 pango1.0_1.50.12+ds-1.debian.tar.xz            40e68995280ba7ea475ef9049bd9beb224e4552987d124507abdc813d5e903d9 pango1.0
gdk-pixbuf    g/gdk-pixbuf      gdk-pixbuf_2.42.10+dfsg.orig.tar.xz 46663e445468e92f4a0ca876b02aed4f8758595ee3acfaa6ef3ba2b29e1c1930 gdk-pixbuf_2.42.10+dfsg-1+deb12u4.debian.tar.xz aa48a01389f4f22ac38a389c598f23db37b6ef82c9cfc7316f4dcc440d3aa916 gdk-pixbuf
atk           a/at-spi2-core    at-spi2-core_2.56.2.orig.tar.xz    e1b1c9836a8947852f7440c32e23179234c76bd98cd9cc4001f376405f8b783b -                                              - at-spi2-core
epoxy         libe/libepoxy     libepoxy_1.5.10.orig.tar.gz        a7ced37f4102b745ac86d6a70a9da399cc139ff168ba6b8002b4d8d43c900c15 -                                              - libepoxy
gtk           g/gtk+3.0         gtk+3.0_3.24.38.orig.tar.xz        ce11decf018b25bdd8505544a4f87242854ec88be054d9ade5f3a20444dd8ee7 gtk+3.0_3.24.38-2~deb12u3.debian.tar.xz        02f7078d3ca74d9a8dfa93a9627b377a3a8ae3419ba6469ecc4293c9a0ffd48f gtk+3.0
libhandy      libh/libhandy-1   libhandy-1_1.8.3.orig.tar.xz       5848987a94b2c7998635bfb46a726234537ad077027c8f7cecbbd7a5fbc2ffcc -                                              - libhandy-1
TABLE
}

say () { printf '%s\n' "$*" >&2; }
die () { say "sysroot: $*"; exit 1; }

# The mirrors of Debian that apt has, without a slash at the end.
mirrors () { apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' | sed 's|/*$||' | sort -u; }

matches () { [[ -f $1 ]] && sha256sum --check --status <<<"$2  $1"; }

# fetch DIRECTORY-IN-THE-POOL FILE SHA256: into the cache, unless it is there.
fetch ()
{
  local file=$sources/$2 mirror part
  matches "$file" "$3" && return 0
  mkdir -p "$sources"
  for mirror in $(mirrors); do
    for part in main updates/main; do
      /usr/lib/apt/apt-helper download-file "$mirror/pool/$part/$1/$2" "$file.part" "SHA256:$3" >/dev/null 2>&1 || continue
      mv "$file.part" "$file"
      return 0
    done
  done
  rm -f "$file.part"
  return 1
}

# note NAME FILE...: what a package was made of.
note ()
{
  local name=$1 file
  shift
  mkdir -p "$work/notes"
  for file in "$@"; do
    (cd "$(dirname "$file")" && printf '%s %s\n' "$name" "$(sha256sum "$(basename "$file")")")
  done >"$work/notes/$name"
}

# Debian's patches, in their order.
apply_patches ()
{
  local patch
  [[ -f debian/patches/series ]] || return 0
  sed 's/[[:space:]]*#.*//' debian/patches/series | while read -r patch; do
    [[ -z $patch ]] || patch --batch --silent -p1 <"debian/patches/$patch"
  done
}

# What apt finds for a source package now, checked by apt's own chain of signatures, with lists of its own; for one package at a time. Without Debian's
# patches where the mirror lacks these.
unpack_by_apt ()
{
  local name=$1 package=$2 state=$work/apt fetched=$work/apt/fetched/$1 mirror options lock archive
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$fetched"
  exec {lock}>"$state/lock"
  flock "$lock"
  for mirror in $(mirrors); do
    apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Origin: Debian' | sort -u | while read -r uri release; do
      [[ ${uri%/} != "$mirror" ]] || echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $release main"
    done
  done >"$state/src.list"
  options=(-o "Dir::Etc::SourceList=$state/src.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$state/lists" -o "Dir::Cache=$state/cache")
  apt-get "${options[@]}" update -qq
  if (cd "$fetched" && apt-get "${options[@]}" source --download-only -qq "$package"); then
    dpkg-source --no-check -x "$fetched/$package"_*.dsc "$unpacked/$name"
  else
    archive=$(find "$fetched" -name '*.orig.tar.[bgx]z*' ! -name '*.asc')
    [[ -f $archive ]] || die "apt cannot fetch the source of $package"
    notice "Debian's patches of $package are on no mirror: it is built without them"
    mkdir "$unpacked/$name"
    tar -xf "$archive" -C "$unpacked/$name" --strip-components=1
  fi
  note "$name" "$fetched/$package"_*
  exec {lock}>&-
}

# unpack NAME: its source, patched, in $unpacked/NAME.
unpack ()
{
  local wanted=$1 name pool archive sum patches patches_sum package
  while read -r name pool archive sum patches patches_sum package; do [[ $name != "$wanted" ]] || break; done < <(source_table)
  [[ $name == "$wanted" ]] || die "no source named $wanted"
  rm -rf "${unpacked:?}/$name"
  mkdir -p "$unpacked/$name"
  if ! fetch "$pool" "$archive" "$sum"; then
    notice "$archive is on no mirror any more: taking the version of $package that apt finds"
    rmdir "$unpacked/$name"
    unpack_by_apt "$name" "$package"
    keep_license "$name"
    return
  fi
  tar -xf "$sources/$archive" -C "$unpacked/$name" --strip-components=1
  note "$name" "$sources/$archive"
  if [[ $patches == - ]]; then
    keep_license "$name"
    return 0
  fi
  if ! fetch "$pool" "$patches" "$patches_sum"; then
    notice "$patches is on no mirror: $name is built without Debian's patches"
    keep_license "$name"
    return 0
  fi
  tar -xf "$sources/$patches" -C "$unpacked/$name"
  (cd "$unpacked/$name" && apply_patches)
  note "$name" "$sources/$archive" "$sources/$patches"
  keep_license "$name"
}

# keep_license NAME: of the unpacked source; it is shipped with the library.
keep_license ()
{
  local name=$1 file
  mkdir -p "$prefix/share/kith/licenses"
  for file in "$unpacked/$name"/{COPYING*,LICEN[CS]E*,Copyright,COPYRIGHT}; do
    [[ ! -f $file ]] || { printf '==== %s\n\n' "$(basename "$file")"; cat "$file"; echo; }
  done >"$prefix/share/kith/licenses/$name.txt"
  [[ -s $prefix/share/kith/licenses/$name.txt ]] || sed -n '1,60p' "$unpacked/$name/debian/copyright" >"$prefix/share/kith/licenses/$name.txt"
}

# What the person who builds has to know, although the package is built: it is shown when the package is done.
notice () { printf '%s\n' "$*" >>"$work/log/$building_now.notice"; }

fetch_all ()
{
  local name pool archive sum patches patches_sum package
  while read -r name pool archive sum patches patches_sum package; do
    fetch "$pool" "$archive" "$sum" || say "no mirror has $archive"
    [[ $patches == - ]] || fetch "$pool" "$patches" "$patches_sum" || say "no mirror has $patches"
  done < <(source_table)
}

# ---- build systems -------------------------------------------------------------------------------------------------------------------

write_tools ()
{
  mkdir -p "$tools/ccache" "$prefix/lib/pkgconfig" "$building" "$unpacked"
  cat >"$tools/pkg-config" <<END
#!/bin/sh
export PKG_CONFIG_DIR= PKG_CONFIG_ALLOW_SYSTEM_CFLAGS= PKG_CONFIG_LIBDIR=$prefix/lib/pkgconfig:$prefix/share/pkgconfig
exec /usr/bin/pkg-config "\$@"
END
  chmod +x "$tools/pkg-config"
  if command -v ccache >/dev/null; then
    ln -sf "$(command -v ccache)" "$tools/ccache/$compiler"
    ln -sf "$(command -v ccache)" "$tools/ccache/$host-g++-posix"
  fi
  cat >"$tools/cross.ini" <<END
[binaries]
c = '$compiler'
cpp = '$host-g++-posix'
ar = '$host-gcc-ar-posix'
ranlib = '$host-gcc-ranlib-posix'
strip = '$host-strip'
windres = '$host-windres'
dlltool = '$host-dlltool'
nm = '$host-nm'
pkgconfig = '$tools/pkg-config'
glib-compile-resources = '/usr/bin/glib-compile-resources'
glib-compile-schemas = '/usr/lib/x86_64-linux-gnu/glib-2.0/glib-compile-schemas'
glib-genmarshal = '/usr/bin/glib-genmarshal'
glib-mkenums = '/usr/bin/glib-mkenums'
gdbus-codegen = '/usr/bin/gdbus-codegen'
[properties]
needs_exe_wrapper = true
[built-in options]
c_args = ['-I$prefix/include']
cpp_args = ['-I$prefix/include']
c_link_args = ['-L$prefix/lib']
cpp_link_args = ['-L$prefix/lib']
[host_machine]
system = 'windows'
cpu_family = 'x86_64'
cpu = 'x86_64'
endian = 'little'
END
  cat >"$tools/toolchain.cmake" <<END
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER $compiler)
set(CMAKE_CXX_COMPILER $host-g++-posix)
set(CMAKE_RC_COMPILER $host-windres)
set(CMAKE_FIND_ROOT_PATH $prefix /usr/$host)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
END
}

# with_meson NAME OPTIONS...
with_meson ()
{
  local name=$1
  shift
  meson setup "$building/$name" "$unpacked/$name" --cross-file "$tools/cross.ini" --prefix "$prefix" --libdir lib --buildtype release -Doptimization=2 \
    --default-library shared --wrap-mode nodownload "$@"
  ninja -j"$(nproc)" -C "$building/$name"
  ninja -C "$building/$name" install
}

# with_cmake NAME OPTIONS...
with_cmake ()
{
  local name=$1
  shift
  cmake -G Ninja -S "$unpacked/$name" -B "$building/$name" -DCMAKE_TOOLCHAIN_FILE="$tools/toolchain.cmake" -DCMAKE_INSTALL_PREFIX="$prefix" \
    -DCMAKE_BUILD_TYPE=Release "$@"
  ninja -j"$(nproc)" -C "$building/$name"
  ninja -C "$building/$name" install
}

# with_configure NAME OPTIONS...: configures out of the tree and stays in the build directory. CONFIGURE: the script, below the source.
with_configure ()
{
  local name=$1
  shift
  cd "$building/$name"
  "$unpacked/$name/${CONFIGURE:-configure}" --host=$host --prefix="$prefix" --enable-shared --disable-static CC=$compiler CXX=$host-g++-posix \
    PKG_CONFIG="$tools/pkg-config" CPPFLAGS="-I$prefix/include" LDFLAGS="-L$prefix/lib" CFLAGS=-O2 CXXFLAGS=-O2 "$@"
}

make_all () { make -j"$(nproc)" "$@"; }

# ---- packages ------------------------------------------------------------------------------------------------------------------------
# build_NAME has an empty $building/NAME; the source is unpacked by it.

# Debian has it built already.
build_zlib ()
{
  mkdir -p "$prefix/include" "$prefix/bin"
  cp -a /usr/$host/include/z{lib,conf}.h "$prefix/include"
  cp -a /usr/$host/lib/libz.dll.a "$prefix/lib"
  cp -a /usr/$host/lib/zlib1.dll "$prefix/bin"
  sed "s|^prefix=.*|prefix=$prefix|; s|^libdir=.*|libdir=\${prefix}/lib|; s|^sharedlibdir=.*|sharedlibdir=\${prefix}/lib|; s|^includedir=.*|includedir=\${prefix}/include|" \
    /usr/$host/lib/pkgconfig/zlib.pc >"$prefix/lib/pkgconfig/zlib.pc"
}

build_json-c ()
{
  unpack json-c
  with_cmake json-c -DBUILD_TESTING=OFF -DBUILD_APPS=OFF -DBUILD_STATIC_LIBS=OFF -DDISABLE_WERROR=ON
}

build_cmocka ()
{
  unpack cmocka
  with_cmake cmocka -DUNIT_TESTING=OFF -DWITH_EXAMPLES=OFF
}

# The source is no amalgamation: configured for this machine it makes one (with tclsh), which is compiled for Windows.
build_sqlite ()
{
  unpack sqlite
  cd "$building/sqlite"
  "$unpacked/sqlite/configure" --disable-tcl
  make sqlite3.c sqlite3.h
  $compiler -O2 -DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_COLUMN_METADATA -DSQLITE_THREADSAFE=1 '-DSQLITE_API=__declspec(dllexport)' -shared \
    -o libsqlite3-0.dll sqlite3.c -Wl,--out-implib,libsqlite3.dll.a
  install -D -t "$prefix/bin" libsqlite3-0.dll
  install -D -m 644 -t "$prefix/lib" libsqlite3.dll.a
  install -D -m 644 -t "$prefix/include" sqlite3.h "$unpacked/sqlite/src/sqlite3ext.h"
  cat >"$prefix/lib/pkgconfig/sqlite3.pc" <<END
prefix=$prefix
libdir=\${prefix}/lib
includedir=\${prefix}/include
Name: SQLite
Description: SQL database engine
Version: $(<"$unpacked/sqlite/VERSION")
Libs: -L\${libdir} -lsqlite3
Cflags: -I\${includedir}
END
}

# Without what no protocol of ours has: half of its time is saved.
build_openssl ()
{
  unpack openssl
  cd "$building/openssl"
  "$unpacked/openssl/Configure" mingw64 --cross-compile-prefix=$host- CC=gcc-posix --prefix="$prefix" --libdir=lib --openssldir=ssl shared \
    no-tests no-legacy no-engine no-module no-aria no-bf no-camellia no-cast no-cmp no-cms no-ct no-dsa no-dtls no-gost no-idea no-md4 no-mdc2 no-ocb \
    no-rc2 no-rc4 no-rmd160 no-seed no-siphash no-sm2 no-sm3 no-sm4 no-srp no-srtp no-ssl3 no-ts no-whirlpool no-ec2m
  make_all build_libs
  make install_dev install_runtime_libs
}

build_libffi ()
{
  unpack libffi
  with_configure libffi --disable-docs --disable-multi-os-directory
  make_all
  make install
}

build_pcre2 ()
{
  unpack pcre2
  with_cmake pcre2 -DBUILD_SHARED_LIBS=ON -DBUILD_STATIC_LIBS=OFF -DPCRE2_BUILD_PCRE2GREP=OFF -DPCRE2_BUILD_TESTS=OFF -DPCRE2_SUPPORT_JIT=ON
}

# GLib has its own iconv on Windows.
build_libintl ()
{
  unpack gettext
  mkdir -p "$building/gettext"
  CONFIGURE=gettext-runtime/configure with_configure gettext --disable-java --disable-csharp --disable-libasprintf --disable-c++ --enable-threads=windows \
    --with-included-gettext --disable-curses --disable-openmp --without-libiconv-prefix am_cv_func_iconv=no
  make_all -C intl
  make -C intl install
}

build_glib ()
{
  unpack glib
  sed -i "/^subdir('fuzzing')/d" "$unpacked/glib/meson.build"
  with_meson glib -Dtests=false -Dnls=enabled -Dlibelf=disabled -Dselinux=disabled -Dglib_debug=disabled
}

# Metrics are answered as plain HTTP, and from select.
build_libmicrohttpd ()
{
  unpack libmicrohttpd
  with_configure libmicrohttpd --disable-doc --disable-examples --disable-tools --disable-curl --disable-https --disable-postprocessor --disable-dauth --disable-bauth \
    --disable-httpupgrade
  make_all
  make install
}

build_md4c ()
{
  unpack md4c
  with_cmake md4c -DBUILD_SHARED_LIBS=ON
}

build_libpng ()
{
  unpack libpng
  with_configure libpng
  make_all
  make install
}

build_pixman ()
{
  unpack pixman
  with_meson pixman -Dtests=disabled -Dgtk=disabled -Dlibpng=disabled -Dopenmp=disabled
}

build_fribidi ()
{
  unpack fribidi
  with_meson fribidi -Ddocs=false
}

# Without its library that makes smaller fonts, which takes half of the time.
build_harfbuzz ()
{
  unpack harfbuzz
  sed -i "/^subdir('util')/d; /^subdir('perf')/d" "$unpacked/harfbuzz/meson.build"
  sed -i "/^libharfbuzz_subset = library/,/^)/s/install: true/build_by_default: false/; /^pkgmod.generate(libharfbuzz_subset/,/^)/d" "$unpacked/harfbuzz/src/meson.build"
  with_meson harfbuzz -Dtests=disabled -Ddocs=disabled -Dintrospection=disabled -Dbenchmark=disabled -Dcairo=disabled -Dicu=disabled -Dfreetype=disabled \
    -Dglib=enabled -Dgobject=disabled -Dgdi=enabled -Ddirectwrite=enabled
}

# Without _FORTIFY_SOURCE, which would need libssp.
build_cairo ()
{
  unpack cairo
  sed -i 's/-Wp,-D_FORTIFY_SOURCE=2//' "$unpacked/cairo/configure"
  with_configure cairo --enable-win32 --enable-win32-font --disable-xlib --disable-xcb --disable-ft --disable-fc --enable-png --enable-gobject --disable-gtk-doc \
    --disable-interpreter --disable-trace --disable-valgrind
  make_all -C src
  make -C src install
  make_all -C util/cairo-gobject install
}

build_pango ()
{
  unpack pango
  with_meson pango -Dintrospection=disabled -Dgtk_doc=false -Dinstall-tests=false -Dfontconfig=disabled -Dfreetype=disabled -Dxft=disabled -Dlibthai=disabled
}

# Without a loader that is a module (all are built in) it would begin anew with every picture, and its list of formats would grow for ever.
build_gdk-pixbuf ()
{
  unpack gdk-pixbuf
  sed -i 's/file_formats_inited = gdk_pixbuf_io_init ();/file_formats_inited = (gdk_pixbuf_io_init (), TRUE);/' "$unpacked/gdk-pixbuf/gdk-pixbuf/gdk-pixbuf-io.c"
  with_meson gdk-pixbuf -Dintrospection=disabled -Dgtk_doc=false -Dman=false -Dtests=false -Dinstalled_tests=false -Djpeg=disabled -Dtiff=disabled -Dpng=enabled \
    -Dbuiltin_loaders=all -Drelocatable=true -Dgio_sniffing=false -Dnative_windows_loaders=true
}

# It asks for libxml2 even where nothing of it is built.
build_atk ()
{
  unpack atk
  sed -i "s/^libxml_dep = dependency('libxml-2.0', version: libxml_req_version)/libxml_dep = dependency('libxml-2.0', version: libxml_req_version, required: not get_option('atk_only'))/" \
    "$unpacked/atk/meson.build"
  with_meson atk -Datk_only=true -Dintrospection=disabled -Ddocs=false
}

build_epoxy ()
{
  unpack epoxy
  with_meson epoxy -Dtests=false -Ddocs=false -Dx11=false -Dglx=no -Degl=no
}

build_gtk ()
{
  unpack gtk
  with_meson gtk -Dintrospection=false -Dgtk_doc=false -Dman=false -Ddemos=false -Dexamples=false -Dtests=false -Dx11_backend=false -Dwayland_backend=false \
    -Dbuiltin_immodules=all -Dcolord=no
}

# Without -fstack-protector, which would need libssp.
build_libhandy ()
{
  unpack libhandy
  sed -i "s/^if get_option('buildtype') != 'plain'/if false/" "$unpacked/libhandy/meson.build"
  with_meson libhandy -Dintrospection=disabled -Dvapi=false -Dgtk_doc=false -Dtests=false -Dexamples=false -Dglade_catalog=disabled
}

# ---- building ------------------------------------------------------------------------------------------------------------------------

build_one ()
{
  building_now=$1
  export PATH=$tools/ccache:$PATH CCACHE_BASEDIR=$work
  unset MAKEFLAGS MAKELEVEL MFLAGS # of the make that asks for this
  rm -rf "${building:?}/$1"
  mkdir -p "$building/$1"
  "build_$1"
  rm -rf "${building:?}/$1" "${unpacked:?}/$1"
}

# What is shown of a package that is built: when it begins, and when it ends. In a shell of its own: what a failing command means must not depend on who asked
# for it (a function in a condition ignores set -e).
show_one ()
{
  local name=$1 begin=$SECONDS
  [[ ! -f $work/done/$name ]] || return 0
  say "$(printf '%-8s %s' begins "$name")"
  rm -f "$work/log/$name.notice"
  if ! "$BASH" "$self" --one "$name" >"$work/log/$name" 2>&1 </dev/null; then
    tail -n 30 "$work/log/$name" >&2
    die "$name could not be built, after $((SECONDS - begin)) s; all it said is in $work/log/$name"
  fi
  touch "$work/done/$name"
  say "$(printf '%-8s %-14s %4d s   (%d of %d)' built "$name" $((SECONDS - begin)) "$(ls "$work/done" | wc -l)" $((${#base_packages[@]} + ${#gtk_packages[@]})))"
  [[ ! -f $work/log/$name.notice ]] || sed 's/^/         /' "$work/log/$name.notice" >&2
}

# make knows in which order, and what can be built beside what.
build_packages ()
{
  mkdir -p "$work/done" "$work/log"
  write_tools
  {
    printf '.PHONY: %s\n' "${base_packages[*]} ${gtk_packages[*]}"
    needs
    printf '%s:\n\t@"%s" "%s" --show "$@"\n' "${base_packages[*]} ${gtk_packages[*]}" "$BASH" "$self"
  } | make --no-print-directory --jobs=2 --file=- "$@" >&2
  list_sources
}

list_sources ()
{
  mkdir -p "$prefix/share/kith"
  {
    echo "# The libraries that were built for Windows, from these files of Debian's archive: name, SHA-256, file."
    dpkg-query -W -f 'zlib - libz-mingw-w64 ${Version} (built by Debian)\n' libz-mingw-w64
    cat "$work"/notes/*
  } >"$prefix/share/kith/sources.txt"
}

# One at a time: two of these in the same sysroot would write the same files.
main ()
{
  mkdir -p "$work"
  exec {lock}>"$work/lock"
  flock "$lock"
  case ${1:-} in
    base) build_packages "${base_packages[@]}" ;;
    gtk | all) build_packages "${base_packages[@]}" "${gtk_packages[@]}" ;;
    *) build_packages "$@" ;;
  esac
  echo "$prefix"
}

case ${1:-} in
  --one) build_one "$2" ;;
  --show) show_one "$2" ;;
  --directory) echo "$prefix" ;;
  --fetch) fetch_all ;;
  '' | -*) die "usage: sysroot.sh base|gtk|all|NAME...|--directory|--fetch" ;;
  *) main "$@" ;;
esac
