// Loaded into a server (LD_PRELOAD), it keeps beside each file of its database what a power cut would leave:
// every byte that an fsync has confirmed, and none that was only written. The folder for that is
// SAYSO_TEST_DURABLE. A real disk may keep some of the rest, in any order; here all of it is lost.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 16, FDS = 1024, RANGES = 65536 };
struct range { off_t at; size_t length; };
struct file { char name[NAME_MAX + 1]; struct range written[RANGES]; int ranges; };
static struct file files[FILES];
static struct file *of_fd[FDS];
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))

static struct file *known(int fd) { return fd >= 0 && fd < FDS ? of_fd[fd] : NULL; }

static void path_of(const struct file *file, char *path) {
  snprintf(path, PATH_MAX, "%s/%s", getenv("SAYSO_TEST_DURABLE"), file->name);
}

static void copy(int from, int to, off_t at, size_t length) {
  static char block[1 << 16];
  while (length > 0) {
    ssize_t got = pread(from, block, length < sizeof block ? length : sizeof block, at);
    if (got <= 0) return;
    if (REAL(pwrite64)(to, block, got, at) != got) abort();
    at += got, length -= got;
  }
}

// Everything of `file` that was written is durable now.
static void keep(int fd, struct file *file) {
  char path[PATH_MAX];
  struct stat now;
  path_of(file, path);
  int to = REAL(open64)(path, O_RDWR | O_CREAT, 0600);
  if (to < 0 || fstat(fd, &now) != 0) abort();
  // What was written may be in the file by another descriptor, so it is read from the file.
  char own[64];
  snprintf(own, sizeof own, "/proc/self/fd/%d", fd);
  int from = REAL(open64)(own, O_RDONLY);
  for (int i = 0; i < file->ranges; i++) copy(from, to, file->written[i].at, file->written[i].length);
  if (REAL(ftruncate64)(to, now.st_size) != 0) abort();
  file->ranges = 0;
  close(from), close(to);
}

static void wrote(int fd, off_t at, size_t length) {
  struct file *file = known(fd);
  if (!file) return;
  pthread_mutex_lock(&turn);
  if (file->ranges == RANGES) abort();
  file->written[file->ranges++] = (struct range) { at, length };
  pthread_mutex_unlock(&turn);
}

static void opened(const char *path, int fd) {
  const char *name = strrchr(path, '/');
  name = name ? name + 1 : path;
  const char *end = strstr(name, ".db");
  if (fd < 0 || fd >= FDS || !getenv("SAYSO_TEST_DURABLE") || !end || (strcmp(end, ".db") && strcmp(end, ".db-wal"))) return;
  pthread_mutex_lock(&turn);
  for (int i = 0; i < FILES && !of_fd[fd]; i++) {
    if (!files[i].name[0]) {
      char durable[PATH_MAX];
      struct stat there;
      strncpy(files[i].name, name, NAME_MAX);
      path_of(&files[i], durable);
      // What is in it at the start has been there for long.
      if (stat(durable, &there) != 0 && fstat(fd, &there) == 0 && there.st_size > 0) {
        files[i].written[files[i].ranges++] = (struct range) { 0, there.st_size };
        keep(fd, &files[i]);
      }
    }
    if (!strcmp(files[i].name, name)) of_fd[fd] = &files[i];
  }
  pthread_mutex_unlock(&turn);
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list more; \
    va_start(more, flags); \
    int fd = REAL(name)(path, flags, va_arg(more, int)); \
    va_end(more); \
    opened(path, fd); \
    return fd; \
  }
OPEN(open)
OPEN(open64)

int close(int fd) {
  if (fd >= 0 && fd < FDS) of_fd[fd] = NULL;
  return REAL(close)(fd);
}

#define PWRITE(name, offset) \
  ssize_t name(int fd, const void *bytes, size_t length, offset at) { \
    ssize_t done = REAL(name)(fd, bytes, length, at); \
    if (done > 0) wrote(fd, at, done); \
    return done; \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define SYNC(name) \
  int name(int fd) { \
    int failed = REAL(name)(fd); \
    struct file *file = known(fd); \
    if (!failed && file) { \
      pthread_mutex_lock(&turn); \
      keep(fd, file); \
      pthread_mutex_unlock(&turn); \
    } \
    return failed; \
  }
SYNC(fsync)
SYNC(fdatasync)
