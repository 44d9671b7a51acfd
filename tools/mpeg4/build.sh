#!/bin/sh
# Builds src/data/clip/mpeg4/decoder.wasm.gz: FFmpeg's MPEG-4 part 2 decoder and nothing else, as WebAssembly.
#
#   sh tools/mpeg4/build.sh [folder to build in]
#
# Needs Debian 12 with deb-src sources: apt-get install emscripten dpkg-dev make. FFmpeg comes from Debian's source
# package of the version below, unchanged but for Debian's own patches. Neither --enable-gpl nor --enable-nonfree is
# given, so what is built is under the LGPL, version 2.1 or later.
set -eu
VERSION=7:5.1.9-0+deb12u1
HERE=$(cd "$(dirname "$0")" && pwd)
OUT=$HERE/../../src/data/clip/mpeg4
WORK=${1:-$(mktemp -d)}
cd "$WORK"
[ -d ffmpeg-5.1.9 ] || apt-get source "ffmpeg=$VERSION"
mkdir -p build && cd build

# Every part is off, then the one decoder is on; the rest is what it cannot do without.
[ -f config.h ] || ../ffmpeg-5.1.9/configure \
  --cc=emcc --cxx=em++ --ar=emar --ranlib=emranlib --nm=emnm \
  --enable-cross-compile --target-os=none --arch=wasm32 \
  --disable-everything --disable-avformat --disable-avfilter --disable-avdevice --disable-swscale --disable-swresample \
  --disable-autodetect --disable-network --disable-asm --disable-inline-asm \
  --disable-pthreads --disable-w32threads --disable-os2threads --disable-runtime-cpudetect --disable-debug \
  --disable-stripping --disable-programs --disable-doc \
  --enable-decoder=mpeg4 \
  --optflags=-O3 --extra-cflags="-msimd128"
make -j2 libavcodec/libavcodec.a libavutil/libavutil.a

# A module of its own (no JavaScript of Emscripten's): memory may grow to 1 GiB, which is what a clip may take at most.
emcc -O3 -msimd128 -I. -I../ffmpeg-5.1.9 "$HERE/decoder.c" libavcodec/libavcodec.a libavutil/libavutil.a \
  --no-entry -s STANDALONE_WASM=1 -s MALLOC=emmalloc -s FILESYSTEM=0 -s ALLOW_MEMORY_GROWTH=1 \
  -s INITIAL_MEMORY=8388608 -s MAXIMUM_MEMORY=1073741824 -s TOTAL_STACK=262144 \
  -o decoder.wasm
mkdir -p "$OUT"
gzip -9 -n -c decoder.wasm > "$OUT/decoder.wasm.gz"
sha256sum decoder.wasm
