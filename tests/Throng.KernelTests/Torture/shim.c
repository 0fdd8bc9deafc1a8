// What is counted, which call fails, and whose calls they are.

#include "shim.h"

static const char *const names[OPERATIONS] = {
#define NAME(name) #name,
    KINDS(NAME)
#undef NAME
#define NAME(name) "lib." #name,
    LIBRARY_KINDS(NAME)
#undef NAME
};

static const char *const operations[] = {
    [IORING_OP_NOP] = "op.nop", [IORING_OP_POLL_ADD] = "op.poll", [IORING_OP_SENDMSG] = "op.sendmsg",
    [IORING_OP_RECVMSG] = "op.recvmsg", [IORING_OP_ACCEPT] = "op.accept", [IORING_OP_ASYNC_CANCEL] = "op.cancel",
    [IORING_OP_CONNECT] = "op.connect", [IORING_OP_CLOSE] = "op.close", [IORING_OP_SEND] = "op.send",
    [IORING_OP_RECV] = "op.recv", [IORING_OP_SHUTDOWN] = "op.shutdown", [45] = "op.socket",
    [46] = "op.setsockopt", [54] = "op.fixed_fd_install", [56] = "op.bind", [57] = "op.listen",
};

struct report *report;
int fault;
static int wanted = -1;
static uint64_t first = 1, times = 1;
const char *folder;
uintptr_t base, managed_from, managed_to, image_from, image_to;

_Atomic unsigned char watched[65536];

void *real(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL)
    {
        fprintf(stderr, "torture: there is no %s\n", name);
        abort();
    }

    return found;
}

static int find_image(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size, (void)data;
    base = info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; i++)
    {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0)
        {
            image_from = base + part->p_vaddr;
            image_to = image_from + part->p_memsz;
        }
    }

    return 1; // the first is the program
}

// Where managed code lies, from the section headers of the program's file. False when it has none.
static int find_managed(void)
{
    FILE *file = fopen("/proc/self/exe", "rb");
    ElfW(Ehdr) head;
    int found = 0;
    if (file == NULL || fread(&head, sizeof head, 1, file) != 1)
        return 0;
    ElfW(Shdr) *sections = calloc(head.e_shnum, sizeof *sections);
    fseek(file, (long)head.e_shoff, SEEK_SET);
    if (head.e_shnum > 0 && fread(sections, sizeof *sections, head.e_shnum, file) == head.e_shnum)
    {
        ElfW(Shdr) *text = &sections[head.e_shstrndx];
        char *words = malloc(text->sh_size + 1);
        fseek(file, (long)text->sh_offset, SEEK_SET);
        size_t bytes = fread(words, 1, text->sh_size, file);
        words[bytes] = 0;
        for (int i = 0; i < head.e_shnum; i++)
        {
            if (sections[i].sh_name < bytes && strcmp(words + sections[i].sh_name, "__managedcode") == 0)
            {
                managed_from = base + sections[i].sh_addr;
                managed_to = managed_from + sections[i].sh_size;
                found = 1;
            }
        }

        free(words);
    }

    free(sections);
    fclose(file);
    return found;
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("TORTURE_REPORT");
    dl_iterate_phdr(find_image, NULL);
    if (path == NULL || !find_managed())
        return;
    char name[4096];
    int fd = -1;
    // Each process of the run has a file of its own: the first one that is not there yet.
    for (int number = 0; fd < 0 && number < 64; number++)
    {
        snprintf(name, sizeof name, "%s.%d", path, number);
        fd = (int)syscall(SYS_openat, AT_FDCWD, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    }

    if (fd < 0 || syscall(SYS_ftruncate, fd, (long)sizeof(struct report)) != 0)
        return;
    struct report *made = (struct report *)syscall(
        SYS_mmap, NULL, sizeof(struct report), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0L);
    syscall(SYS_close, fd);
    if (made == MAP_FAILED)
        return;
    const char *kind = getenv("TORTURE_KIND");
    for (int i = 0; i < KINDS_MAX; i++)
    {
        int code = i - OPERATIONS;
        const char *called = code < 0 ? names[i]
            : (size_t)code < sizeof operations / sizeof *operations && operations[code] != NULL ? operations[code] : "";
        strncpy(made->kinds[i].name, called, sizeof made->kinds[i].name - 1);
        if (kind != NULL && *called != 0 && strcmp(kind, called) == 0)
            wanted = i;
    }

    folder = getenv("TORTURE_FOLDER");
    fault = atoi(getenv("TORTURE_ERRNO") ?: "0");
    first = strtoull(getenv("TORTURE_NTH") ?: "1", NULL, 10);
    times = strtoull(getenv("TORTURE_TIMES") ?: "1", NULL, 10);
    watched[0] = watched[1] = watched[2] = 1;
    report = made;
}

int strikes(int kind, uintptr_t from)
{
    uint64_t number = __atomic_add_fetch(&report->kinds[kind].calls, 1, __ATOMIC_RELAXED);
    if (kind != wanted || number < first || (times != 0 && number >= first + times))
        return 0;
    __atomic_add_fetch(&report->delivered, 1, __ATOMIC_RELAXED);
    report->address = from - base;
    return 1;
}
