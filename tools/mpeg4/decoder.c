/*
 * MPEG-4 part 2 in, planes out: the few calls of libavcodec that a page needs, as plain functions over addresses.
 *
 * One clip at a time, single thread. Compiled with FFmpeg's libavcodec (LGPL-2.1-or-later) by build.sh; this file is
 * under the project's own licence, and src/data/clip/mpeg4/library.ts is its caller.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include "libavcodec/avcodec.h"
#include "libavutil/log.h"
#include "libavutil/mem.h"
#include "libavutil/pixdesc.h"

#define EXPORT(name) __attribute__((export_name(#name)))

static AVCodecContext *context;
static AVPacket *packet;
static AVFrame *frame;
static uint8_t *input;
static unsigned capacity;

/** Where the next packet, or the header before `open`, is to be written: `size` bytes. 0 when memory is full. */
EXPORT(reserve) uint8_t *reserve(int size) {
  av_fast_padded_malloc(&input, &capacity, size);
  return input;
}

EXPORT(shut) void shut(void) {
  avcodec_free_context(&context);
  av_packet_free(&packet);
  av_frame_free(&frame);
  av_freep(&input);
  capacity = 0;
}

/**
 * Opens the decoder.
 *
 * @param header  bytes of `input` that are the stream's header (extradata); 0 when it comes in the packets
 * @param tag     the container's code, first letter lowest: some encoders' errors are known by it
 * @return 0, or a negative number when it does not open
 */
EXPORT(start) int start(int header, int width, int height, uint32_t tag) {
  avcodec_free_context(&context);
  const AVCodec *codec = avcodec_find_decoder(AV_CODEC_ID_MPEG4);
  context = codec ? avcodec_alloc_context3(codec) : NULL;
  if (!packet) packet = av_packet_alloc();
  if (!frame) frame = av_frame_alloc();
  if (!context || !packet || !frame) return AVERROR(ENOMEM);
  context->width = width;
  context->height = height;
  context->codec_tag = tag;
  context->thread_count = 1;
  context->max_pixels = 64000000;
  if (header > 0) {
    context->extradata = av_mallocz(header + AV_INPUT_BUFFER_PADDING_SIZE);
    if (!context->extradata) return AVERROR(ENOMEM);
    for (int i = 0; i < header; i++) context->extradata[i] = input[i];
    context->extradata_size = header;
  }
  return avcodec_open2(context, codec, NULL);
}

/**
 * Decodes a packet of `size` bytes in `input`; 0 bytes mean that no more come.
 *
 * @param label  comes back with the packet's own picture
 * @return 0, or a negative number when the packet is damaged
 */
EXPORT(send) int send(int size, int label) {
  if (size == 0) return avcodec_send_packet(context, NULL);
  for (int i = 0; i < AV_INPUT_BUFFER_PADDING_SIZE; i++) input[size + i] = 0;
  packet->data = input;
  packet->size = size;
  packet->pts = packet->dts = label;
  int error = avcodec_send_packet(context, packet);
  av_packet_unref(packet);
  return error;
}

/** @return 1 when there is a picture; 0 when a packet is wanted, or none comes any more; negative when one is broken */
EXPORT(receive) int receive(void) {
  int error = avcodec_receive_frame(context, frame);
  if (error == AVERROR(EAGAIN) || error == AVERROR_EOF) return 0;
  if (error < 0) return error;
  return frame->format == AV_PIX_FMT_YUV420P ? 1 : AVERROR_PATCHWELCOME;
}

/** Forgets what went before: the next packet is a key frame from elsewhere. */
EXPORT(restart) void restart(void) { avcodec_flush_buffers(context); }

EXPORT(width) int width(void) { return frame->width; }
EXPORT(height) int height(void) { return frame->height; }
EXPORT(label) int label(void) { return (int)frame->pts; }
/** Address and bytes a row of plane 0 (Y), 1 (U) or 2 (V). */
EXPORT(plane) uint8_t *plane(int index) { return frame->data[index]; }
EXPORT(stride) int stride(int index) { return frame->linesize[index]; }
/** A pixel's width over its height; 0 over anything when not stated. */
EXPORT(aspectWidth) int aspect_width(void) { return frame->sample_aspect_ratio.num; }
EXPORT(aspectHeight) int aspect_height(void) { return frame->sample_aspect_ratio.den; }

/* libavutil's log writes to a terminal; there is none. With these its own is not linked, nor is printing. */
void av_log(void *avcl, int level, const char *format, ...) {}
void av_log_once(void *avcl, int first, int later, int *state, const char *format, ...) {}
void av_vlog(void *avcl, int level, const char *format, va_list list) {}
int av_log_get_level(void) { return AV_LOG_QUIET; }
void av_log_set_level(int level) {}
void av_log_set_callback(void (*callback)(void *, int, const char *, va_list)) {}
const char *av_default_item_name(void *context_of) { return ""; }
AVClassCategory av_default_get_category(void *context_of) { return AV_CLASS_CATEGORY_NA; }
void avpriv_request_sample(void *avc, const char *message, ...) {}
void avpriv_report_missing_feature(void *avc, const char *message, ...) {}
