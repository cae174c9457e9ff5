/*
 * A library that looks like NVML from outside, and tells what a file says: "state", in the directory that this library
 * lies in, is read anew at each call. Its lines:
 *
 *   driver VERSION                          nothing is returned for it if it is not there
 *   return FUNCTION CODE                    the function, or all of them for "*", returns that
 *   hang FUNCTION                           the function does not return while the line is there
 *   count N
 *   card I uuid|name|pci|minor|memory|utilization|temperature|power|energy|ecc|mig|lost VALUES
 *   card I events MASK                      the types of events that it can tell
 *   event I TYPE DATA                       any number of them; each set of events hears of those that come after it was made
 *   card I nvlink J                         cards I and J reach each other over NVLink
 *   card I ancestor J LEVEL                 over what cards I and J do otherwise, as nvmlGpuTopologyLevel_t has it; else 50
 *   card I compute|graphics PID BYTES       any number of them; BYTES "-": not available
 *
 * Opening, shutting down, a look at a temperature and the registration for events are noted in "calls", beside it. -DOLD leaves out what older drivers do not have.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    OK = 0, UNINITIALIZED = 1, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, INSUFFICIENT_SIZE = 7, TIMEOUT = 10,
    VERSION_MISMATCH = 25
};

typedef void *card;

struct memory { unsigned long long total, free, used; };
struct memory_2 { unsigned version; unsigned long long total, reserved, free, used; };
struct process { unsigned pid; unsigned long long used; unsigned gpu_instance, compute_instance; };
struct rates { unsigned gpu, memory; };
struct event {
    card device;
    unsigned long long type, data;
#ifndef OLD
    unsigned gpu_instance, compute_instance;
#endif
};

/* What is told of which card, and how many events it has passed. */
struct set { unsigned long long types[64]; int next; };
struct pci {
    char legacy[16];
    unsigned domain, bus, device, device_id, subsystem_id;
    char id[32];
};

static int initialized;

static FILE *beside(const char *name, const char *mode)
{
    Dl_info self;
    char path[4096];
    if (!dladdr((void *) beside, &self)) abort();
    snprintf(path, sizeof path, "%.*s/%s", (int) (strrchr(self.dli_fname, '/') - self.dli_fname), self.dli_fname, name);
    return fopen(path, mode);
}

/* The rest of the line number nth, from 0, that begins with the key. */
static int line(const char *key, int nth, char *rest, size_t size)
{
    FILE *state = beside("state", "r");
    char text[512];
    size_t length = strlen(key);
    int found = 0;
    if (!state) return 0;
    while (!found && fgets(text, sizeof text, state)) {
        text[strcspn(text, "\n")] = 0;
        if (!strncmp(text, key, length) && (text[length] == ' ' || !text[length]) && nth-- == 0) {
            snprintf(rest, size, "%s", text[length] ? text + length + 1 : "");
            found = 1;
        }
    }
    fclose(state);
    return found;
}

static int of_card(card which, const char *what, int nth, char *rest, size_t size)
{
    char key[64];
    snprintf(key, sizeof key, "card %d %s", (int) (intptr_t) which - 1, what);
    return line(key, nth, rest, size);
}

static int enter(const char *function)
{
    char key[128], rest[512];
    snprintf(key, sizeof key, "hang %s", function);
    while (line(key, 0, rest, sizeof rest)) usleep(1000);
    snprintf(key, sizeof key, "return %s", function);
    if (line(key, 0, rest, sizeof rest) || line("return *", 0, rest, sizeof rest)) return atoi(rest);
    return OK;
}

static int enter_up(const char *function)
{
    int code = enter(function);
    return code ? code : initialized ? OK : UNINITIALIZED;
}

static int enter_card(const char *function, card which)
{
    char rest[512];
    int code = enter_up(function);
    if (code) return code;
    return of_card(which, "lost", 0, rest, sizeof rest) ? atoi(rest) : OK;
}

static void note(const char *what)
{
    FILE *calls = beside("calls", "a");
    if (!calls) return;
    fprintf(calls, "%s\n", what);
    fclose(calls);
}

#define ENTER(code) do { int entered = code; if (entered) return entered; } while (0)

static int text(int there, const char *from, char *to, unsigned length)
{
    if (!there) return NOT_SUPPORTED;
    if (strlen(from) >= length) return INSUFFICIENT_SIZE;
    strcpy(to, from);
    return OK;
}

static int number(const char *function, card which, const char *what, unsigned *out)
{
    char rest[512];
    ENTER(enter_card(function, which));
    if (!of_card(which, what, 0, rest, sizeof rest)) return NOT_SUPPORTED;
    *out = (unsigned) strtoul(rest, 0, 10);
    return OK;
}

int nvmlInit_v2(void)
{
    note("init");
    ENTER(enter("nvmlInit_v2"));
    initialized++;
    return OK;
}

int nvmlShutdown(void)
{
    note("shutdown");
    ENTER(enter_up("nvmlShutdown"));
    initialized--;
    return OK;
}

int nvmlSystemGetDriverVersion(char *version, unsigned length)
{
    char rest[512];
    ENTER(enter_up("nvmlSystemGetDriverVersion"));
    return text(line("driver", 0, rest, sizeof rest), rest, version, length);
}

int nvmlDeviceGetCount_v2(unsigned *count)
{
    char rest[512];
    ENTER(enter_up("nvmlDeviceGetCount_v2"));
    *count = line("count", 0, rest, sizeof rest) ? (unsigned) atoi(rest) : 0;
    return OK;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, card *out)
{
    card which = (card) (intptr_t) (index + 1);
    char rest[512];
    ENTER(enter_up("nvmlDeviceGetHandleByIndex_v2"));
    if (!line("count", 0, rest, sizeof rest) || index >= (unsigned) atoi(rest)) return INVALID_ARGUMENT;
    ENTER(enter_card("nvmlDeviceGetHandleByIndex_v2", which));
    *out = which;
    return OK;
}

int nvmlDeviceGetUUID(card which, char *uuid, unsigned length)
{
    char rest[512];
    ENTER(enter_card("nvmlDeviceGetUUID", which));
    return text(of_card(which, "uuid", 0, rest, sizeof rest), rest, uuid, length);
}

int nvmlDeviceGetName(card which, char *name, unsigned length)
{
    char rest[512];
    ENTER(enter_card("nvmlDeviceGetName", which));
    return text(of_card(which, "name", 0, rest, sizeof rest), rest, name, length);
}

int nvmlDeviceGetPciInfo_v3(card which, struct pci *info)
{
    char rest[512];
    ENTER(enter_card("nvmlDeviceGetPciInfo_v3", which));
    if (!of_card(which, "pci", 0, rest, sizeof rest)) return NOT_SUPPORTED;
    memset(info, 0x7f, sizeof *info);
    sscanf(rest, "%x:%x:%x", &info->domain, &info->bus, &info->device);
    snprintf(info->legacy, sizeof info->legacy, "%04X:%02X:%02X.0", info->domain, info->bus, info->device);
    snprintf(info->id, sizeof info->id, "%08X:%02X:%02X.0", info->domain, info->bus, info->device);
    return OK;
}

int nvmlDeviceGetMinorNumber(card which, unsigned *minor)
{
    return number("nvmlDeviceGetMinorNumber", which, "minor", minor);
}

/* VALUES of memory: total reserved free used. */
int nvmlDeviceGetMemoryInfo(card which, struct memory *memory)
{
    char rest[512];
    unsigned long long reserved;
    ENTER(enter_card("nvmlDeviceGetMemoryInfo", which));
    if (!of_card(which, "memory", 0, rest, sizeof rest)) return NOT_SUPPORTED;
    sscanf(rest, "%llu %llu %llu %llu", &memory->total, &reserved, &memory->free, &memory->used);
    return OK;
}

#ifndef OLD
int nvmlDeviceGetMemoryInfo_v2(card which, struct memory_2 *memory)
{
    char rest[512];
    ENTER(enter_card("nvmlDeviceGetMemoryInfo_v2", which));
    if (memory->version != (sizeof *memory | 2u << 24)) return VERSION_MISMATCH;
    if (!of_card(which, "memory", 0, rest, sizeof rest)) return NOT_SUPPORTED;
    sscanf(rest, "%llu %llu %llu %llu", &memory->total, &memory->reserved, &memory->free, &memory->used);
    return OK;
}
#endif

int nvmlDeviceGetUtilizationRates(card which, struct rates *rates)
{
    char rest[512];
    ENTER(enter_card("nvmlDeviceGetUtilizationRates", which));
    if (!of_card(which, "utilization", 0, rest, sizeof rest)) return NOT_SUPPORTED;
    sscanf(rest, "%u %u", &rates->gpu, &rates->memory);
    return OK;
}

int nvmlDeviceGetTemperature(card which, unsigned sensor, unsigned *celsius)
{
    note("temperature");
    return sensor ? INVALID_ARGUMENT : number("nvmlDeviceGetTemperature", which, "temperature", celsius);
}

int nvmlDeviceGetPowerUsage(card which, unsigned *milliwatts)
{
    return number("nvmlDeviceGetPowerUsage", which, "power", milliwatts);
}

/* VALUES of ecc: corrected and uncorrected since the driver was loaded, then both over the life of the card. */
int nvmlDeviceGetTotalEccErrors(card which, unsigned type, unsigned counter, unsigned long long *errors)
{
    char rest[512];
    unsigned long long all[2][2];
    ENTER(enter_card("nvmlDeviceGetTotalEccErrors", which));
    if (type > 1 || counter > 1) return INVALID_ARGUMENT;
    if (!of_card(which, "ecc", 0, rest, sizeof rest)) return NOT_SUPPORTED;
    sscanf(rest, "%llu %llu %llu %llu", &all[0][0], &all[0][1], &all[1][0], &all[1][1]);
    *errors = all[counter][type];
    return OK;
}

int nvmlDeviceGetMigMode(card which, unsigned *current, unsigned *pending)
{
    int code = number("nvmlDeviceGetMigMode", which, "mig", current);
    *pending = !*current;
    return code;
}

static int processes(const char *function, card which, const char *what, unsigned *count, struct process *out)
{
    char rest[512], used[64];
    unsigned room = *count, found = 0;
    ENTER(enter_card(function, which));
    for (; of_card(which, what, (int) found, rest, sizeof rest); found++) {
        if (found < room) {
            sscanf(rest, "%u %63s", &out[found].pid, used);
            out[found].used = strcmp(used, "-") ? strtoull(used, 0, 10) : ~0ULL;
            out[found].gpu_instance = 7;
            out[found].compute_instance = 9;
        }
    }
    *count = found;
    return found > room ? INSUFFICIENT_SIZE : OK;
}

#define RUNNING(kind, key, version) \
    int nvmlDeviceGet##kind##RunningProcesses_v##version(card which, unsigned *count, struct process *out) \
    { return processes("nvmlDeviceGet" #kind "RunningProcesses_v" #version, which, key, count, out); }

RUNNING(Compute, "compute", 2)
RUNNING(Graphics, "graphics", 2)
#ifndef OLD
RUNNING(Compute, "compute", 3)
RUNNING(Graphics, "graphics", 3)
#endif

#ifndef OLD
int nvmlDeviceGetTotalEnergyConsumption(card which, unsigned long long *millijoules)
{
    char rest[512];
    ENTER(enter_card("nvmlDeviceGetTotalEnergyConsumption", which));
    if (!of_card(which, "energy", 0, rest, sizeof rest)) return NOT_SUPPORTED;
    *millijoules = strtoull(rest, 0, 10);
    return OK;
}
#endif

/* What it says of another card. */
static int of_pair(card which, const char *what, card other, char *rest, size_t size)
{
    char pair[64];
    snprintf(pair, sizeof pair, "%s %d", what, (int) (intptr_t) other - 1);
    return of_card(which, pair, 0, rest, size);
}

int nvmlDeviceGetTopologyCommonAncestor(card which, card other, unsigned *level)
{
    char rest[512];
    ENTER(enter_card("nvmlDeviceGetTopologyCommonAncestor", which));
    *level = of_pair(which, "ancestor", other, rest, sizeof rest) ? (unsigned) atoi(rest) : 50;
    return OK;
}

#ifndef OLD
int nvmlDeviceGetP2PStatus(card which, card other, unsigned capability, unsigned *status)
{
    char rest[512];
    ENTER(enter_card("nvmlDeviceGetP2PStatus", which));
    if (capability != 2) return INVALID_ARGUMENT;
    *status = of_pair(which, "nvlink", other, rest, sizeof rest) ? 0 : 5;
    return OK;
}
#endif

int nvmlDeviceGetSupportedEventTypes(card which, unsigned long long *types)
{
    char rest[512];
    ENTER(enter_card("nvmlDeviceGetSupportedEventTypes", which));
    if (!of_card(which, "events", 0, rest, sizeof rest)) return NOT_SUPPORTED;
    *types = strtoull(rest, 0, 0);
    return OK;
}

int nvmlEventSetCreate(struct set **out)
{
    char rest[512];
    struct set *set;
    ENTER(enter_up("nvmlEventSetCreate"));
    set = calloc(1, sizeof *set);
    if (!set) abort();
    while (line("event", set->next, rest, sizeof rest)) set->next++;
    *out = set;
    return OK;
}

int nvmlDeviceRegisterEvents(card which, unsigned long long types, struct set *set)
{
    char rest[512];
    ENTER(enter_card("nvmlDeviceRegisterEvents", which));
    if (!of_card(which, "events", 0, rest, sizeof rest) || types & ~strtoull(rest, 0, 0)) return NOT_SUPPORTED;
    set->types[(intptr_t) which - 1] |= types;
    note("register");
    return OK;
}

static int await(const char *function, struct set *set, struct event *event, unsigned timeout)
{
    char rest[512];
    unsigned index;
    unsigned long long type, data;
    for (unsigned waited = 0; ; waited++) {
        ENTER(enter_up(function));
        while (line("event", set->next, rest, sizeof rest)) {
            set->next++;
            sscanf(rest, "%u %llu %llu", &index, &type, &data);
            if (set->types[index] & type) {
                memset(event, 0xff, sizeof *event);
                event->device = (card) (intptr_t) (index + 1);
                event->type = type;
                event->data = data;
                return OK;
            }
        }
        if (waited >= timeout) return TIMEOUT;
        usleep(1000);
    }
}

#ifdef OLD
int nvmlEventSetWait(struct set *set, struct event *event, unsigned timeout)
{
    return await("nvmlEventSetWait", set, event, timeout);
}
#else
int nvmlEventSetWait_v2(struct set *set, struct event *event, unsigned timeout)
{
    return await("nvmlEventSetWait_v2", set, event, timeout);
}
#endif

int nvmlEventSetFree(struct set *set)
{
    ENTER(enter_up("nvmlEventSetFree"));
    free(set);
    note("free");
    return OK;
}
