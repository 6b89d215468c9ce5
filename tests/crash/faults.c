/* A disk that fails when it is told to, and that remembers what it was asked: loaded with LD_PRELOAD.

   It stands between a process and the files under one folder. Each write, sync, truncation, removal and renaming
   there is counted from 1; at a given one it kills the process, or fails as a disk does. With a log it notes all of
   them, and what the process says on standard output between them. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define SECTOR 512

enum fault { NONE, KILLED, TORN_AND_KILLED, FULL, BROKEN, TORN };
enum kind { WRITE = 1, SYNC, TRUNCATE, REMOVE, RENAME, SAID };

static char folder[4096];
static size_t folder_length;
static long fails_at, counted;
static int fault;
static int log_file = -1;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, name)

static ssize_t really_write(int file, const void *bytes, size_t length) {
    REAL(ssize_t, "write", int, const void *, size_t);
    return real(file, bytes, length);
}

static ssize_t really_write_at(int file, const void *bytes, size_t length, off_t place) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t);
    return real(file, bytes, length, place);
}

/* Called by the test before the work begins: which folder, what is to happen when, and where to note it. */
void faults_begin(const char *watched, long at, int what, const char *log_path) {
    if (log_path) log_file = open(log_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    fails_at = at;
    fault = what;
    counted = 0;
    snprintf(folder, sizeof folder, "%s/", watched);
    folder_length = strlen(folder);
}

static int is_watched(const char *path) {
    size_t length = strlen(path);
    /* The shared index of the log is memory, made anew whenever the journal is opened. */
    if (length > 4 && strcmp(path + length - 4, "-shm") == 0) return 0;
    return folder_length && strncmp(path, folder, folder_length) == 0;
}

static int named(int file, char *path, size_t size) {
    char link[64];
    if (!folder_length || file == log_file) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, size - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_watched(path);
}

static void note(int kind, const char *path, int64_t place, const void *bytes, int64_t length) {
    if (log_file < 0) return;
    int64_t head[4] = {kind, (int64_t)strlen(path), place, length};
    really_write(log_file, head, sizeof head);
    really_write(log_file, path, strlen(path));
    if (bytes) really_write(log_file, bytes, length);
}

/* Whether this step is to fail; a full disk stays full. */
static int due(void) {
    counted++;
    if (!fault || counted < fails_at || (counted > fails_at && fault != FULL)) return NONE;
    if (fault == KILLED) kill(getpid(), SIGKILL);
    return fault;
}

static int refused(int what) {
    errno = what == FULL ? ENOSPC : EIO;
    return -1;
}

static ssize_t step_write(int file, const void *bytes, size_t length, off_t place, const char *path) {
    ssize_t done;
    pthread_mutex_lock(&turn);
    int what = due();
    if (what == TORN || what == TORN_AND_KILLED) {
        /* A disk tears between sectors, not within one. */
        off_t end = (place + (off_t)length / 2) / SECTOR * SECTOR;
        if (end > place) really_write_at(file, bytes, end - place, place);
    }
    if (what == TORN_AND_KILLED) kill(getpid(), SIGKILL);
    if (what) done = refused(what);
    else {
        done = really_write_at(file, bytes, length, place);
        if (done > 0) note(WRITE, path, place, bytes, done);
    }
    pthread_mutex_unlock(&turn);
    return done;
}

/* What changes a file's length or name; a full disk has room for that. */
static int step(int kind, const char *path, int64_t place) {
    pthread_mutex_lock(&turn);
    int what = due(), done = 0;
    if (what == TORN_AND_KILLED) kill(getpid(), SIGKILL);
    if (what && what != FULL) done = refused(what);
    else note(kind, path, place, 0, 0);
    pthread_mutex_unlock(&turn);
    return done;
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t place) {
    char path[4096];
    if (!named(file, path, sizeof path)) return really_write_at(file, bytes, length, place);
    return step_write(file, bytes, length, place, path);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t place) {
    return pwrite64(file, bytes, length, place);
}

ssize_t write(int file, const void *bytes, size_t length) {
    char path[4096];
    if (file == 1 && log_file >= 0) {
        pthread_mutex_lock(&turn);
        note(SAID, "", 0, bytes, length);
        pthread_mutex_unlock(&turn);
    }
    if (!named(file, path, sizeof path)) return really_write(file, bytes, length);
    off_t place = lseek(file, 0, SEEK_CUR);
    if (fcntl(file, F_GETFL) & O_APPEND) place = lseek(file, 0, SEEK_END);
    ssize_t done = step_write(file, bytes, length, place, path);
    if (done > 0) lseek(file, place + done, SEEK_SET);
    return done;
}

static int really_sync(int file) {
    REAL(int, "fdatasync", int);
    return real(file);
}

static int synced(int file) {
    char path[4096];
    if (!named(file, path, sizeof path)) return really_sync(file);
    pthread_mutex_lock(&turn);
    int what = due(), done = what ? 0 : really_sync(file);
    if (what == TORN_AND_KILLED) kill(getpid(), SIGKILL);
    if (what) done = refused(what);
    else note(SYNC, path, 0, 0, 0);
    pthread_mutex_unlock(&turn);
    return done;
}

int fsync(int file) { return synced(file); }
int fdatasync(int file) { return synced(file); }

int ftruncate64(int file, off64_t length) {
    REAL(int, "ftruncate64", int, off64_t);
    char path[4096];
    if (named(file, path, sizeof path) && step(TRUNCATE, path, length)) return -1;
    return real(file, length);
}

int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    if (is_watched(path) && step(REMOVE, path, 0)) return -1;
    return real(path);
}

int rename(const char *before, const char *after) {
    REAL(int, "rename", const char *, const char *);
    char both[8192];
    snprintf(both, sizeof both, "%s\n%s", before, after);
    if (is_watched(before) && step(RENAME, both, 0)) return -1;
    return real(before, after);
}
