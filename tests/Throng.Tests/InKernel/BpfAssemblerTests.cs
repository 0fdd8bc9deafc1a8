using System.Runtime.InteropServices;
using Throng.Linux;
using Xunit;
using static Throng.Linux.BpfCondition;
using static Throng.Linux.BpfRegister;
using static Throng.Linux.BpfSize;

namespace Throng.Tests;

/// <summary>Each instruction has the bytes that the kernel's instruction set gives it (RFC 9669).</summary>
public sealed class BpfAssemblerTests
{
    // What is written, and its bytes as `llvm-objdump --show-all-symbols -d` prints them.
    private static readonly Dictionary<string, (Action<BpfAssembler> Write, string Bytes)> Known = new()
    {
        ["r6 = r1"] = (asm => asm.Move(R6, R1), "BF16000000000000"),
        ["r0 = -1"] = (asm => asm.Move(R0, -1), "B7000000FFFFFFFF"),
        ["w2 = w3"] = (asm => asm.Move32(R2, R3), "BC32000000000000"),
        ["r2 = map 5"] = (asm => asm.MoveMap(R2, 5), "18120000050000000000000000000000"),
        ["r2 += r3"] = (asm => asm.Add(R2, R3), "0F32000000000000"),
        ["r2 += -8"] = (asm => asm.Add(R2, -8), "07020000F8FFFFFF"),
        ["w2 += w3"] = (asm => asm.Add32(R2, R3), "0C32000000000000"),
        ["w2 += 1"] = (asm => asm.Add32(R2, 1), "0402000001000000"),
        ["r2 -= r3"] = (asm => asm.Subtract(R2, R3), "1F32000000000000"),
        ["w2 -= w3"] = (asm => asm.Subtract32(R2, R3), "1C32000000000000"),
        ["r2 &= 15"] = (asm => asm.And(R2, 15), "570200000F000000"),
        ["r2 &= r3"] = (asm => asm.And(R2, R3), "5F32000000000000"),
        ["r2 |= r3"] = (asm => asm.Or(R2, R3), "4F32000000000000"),
        ["r2 |= 1"] = (asm => asm.Or(R2, 1), "4702000001000000"),
        ["w2 ^= -1"] = (asm => asm.Xor32(R2, -1), "A4020000FFFFFFFF"),
        ["r2 <<= 2"] = (asm => asm.ShiftLeft(R2, 2), "6702000002000000"),
        ["r2 >>= 4"] = (asm => asm.ShiftRight(R2, 4), "7702000004000000"),
        ["r2 = be16 r2"] = (asm => asm.NetworkOrder(R2, U16), "DC02000010000000"),
        ["r2 = be32 r2"] = (asm => asm.NetworkOrder(R2, U32), "DC02000020000000"),
        ["r2 = *(u8 *)(r6 + 13)"] = (asm => asm.Load(R2, R6, 13, U8), "71620D0000000000"),
        ["r2 = *(u16 *)(r6 + 12)"] = (asm => asm.Load(R2, R6, 12, U16), "69620C0000000000"),
        ["r2 = *(u32 *)(r1 + 4)"] = (asm => asm.Load(R2, R1, 4, U32), "6112040000000000"),
        ["r2 = *(u64 *)(r10 - 8)"] = (asm => asm.Load(R2, R10, -8, U64), "79A2F8FF00000000"),
        ["*(u64 *)(r10 - 8) = r0"] = (asm => asm.Store(R10, -8, R0, U64), "7B0AF8FF00000000"),
        ["*(u32 *)(r8 + 4) = r1"] = (asm => asm.Store(R8, 4, R1, U32), "6318040000000000"),
        ["*(u32 *)(r10 - 16) = 7"] = (asm => asm.Store(R10, -16, 7, U32), "620AF0FF07000000"),
        ["lock *(u64 *)(r0 + 8) += r7"] = (asm => asm.AtomicAdd(R0, 8, R7, U64), "DB70080000000000"),
        ["call 72"] = (asm => asm.Call(BpfFunction.RedirectToSocket), "8500000048000000"),
        ["exit"] = (asm => asm.Exit(), "9500000000000000"),
        ["r0 = 2; exit"] = (asm => asm.Return(2), "B7000000020000009500000000000000"),
    };

    // Taken with the jump as the only instruction and the label after it: distance 0.
    private static readonly Dictionary<string, (Action<BpfAssembler, BpfLabel> Write, string Bytes)> Jumps = new()
    {
        ["goto"] = ((asm, to) => asm.Jump(to), "0500000000000000"),
        ["r2 == 8"] = ((asm, to) => asm.JumpIf(R2, Equal, 8, to), "1502000008000000"),
        ["r2 != r3"] = ((asm, to) => asm.JumpIf(R2, NotEqual, R3, to), "5D32000000000000"),
        ["r2 > r7"] = ((asm, to) => asm.JumpIf(R2, Greater, R7, to), "2D72000000000000"),
        ["r2 >= 1"] = ((asm, to) => asm.JumpIf(R2, GreaterOrEqual, 1, to), "3502000001000000"),
        ["r2 < 1"] = ((asm, to) => asm.JumpIf(R2, Less, 1, to), "A502000001000000"),
        ["r2 <= 1"] = ((asm, to) => asm.JumpIf(R2, LessOrEqual, 1, to), "B502000001000000"),
        ["r2 & 4"] = ((asm, to) => asm.JumpIf(R2, AnyBitOf, 4, to), "4502000004000000"),
        ["r2 s> r3"] = ((asm, to) => asm.JumpIf(R2, SignedGreater, R3, to), "6D32000000000000"),
        ["w2 s<= 0"] = ((asm, to) => asm.JumpIf32(R2, SignedLessOrEqual, 0, to), "D602000000000000"),
        ["w2 > w3"] = ((asm, to) => asm.JumpIf32(R2, Greater, R3, to), "2E32000000000000"),
    };

    public static TheoryData<string> Instructions => [.. Known.Keys];

    public static TheoryData<string> Conditions => [.. Jumps.Keys];

    [Theory]
    [MemberData(nameof(Instructions))]
    public void An_instruction_has_its_bytes(string text)
    {
        BpfAssembler asm = new();
        Known[text].Write(asm);
        Assert.Equal(Known[text].Bytes, Hex(asm.Build()));
    }

    [Theory]
    [MemberData(nameof(Conditions))]
    public void A_jump_has_its_bytes(string text)
    {
        BpfAssembler asm = new();
        BpfLabel next = asm.Label("next");
        Jumps[text].Write(asm, next);
        asm.Place(next);
        Assert.Equal(Jumps[text].Bytes, Hex(asm.Build()));
    }

    [Fact]
    public void Jumps_lead_forwards_and_backwards()
    {
        BpfAssembler asm = new();
        BpfLabel start = asm.Label("start");
        BpfLabel end = asm.Label("end");
        asm.Place(start);
        asm.JumpIf(R1, Equal, 0, end); // over three instructions, a long constant being two
        asm.MoveMap(R2, 1);
        asm.Jump(start);
        asm.Place(end);
        asm.Exit();
        bpf_insn[] code = asm.Build();
        Assert.Equal(5, asm.Count);
        Assert.Equal(3, code[0].off);
        Assert.Equal(-4, code[3].off);
    }

    [Fact]
    public void A_label_that_stands_nowhere_is_named()
    {
        BpfAssembler asm = new();
        asm.Jump(asm.Label("lost"));
        Assert.Contains("lost", Assert.Throws<InvalidOperationException>(asm.Build).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_is_placed_once()
    {
        BpfAssembler asm = new();
        BpfLabel label = asm.Label("here");
        asm.Place(label);
        Assert.Throws<InvalidOperationException>(() => asm.Place(label));
    }

    [Theory]
    [InlineData(short.MaxValue, false)]
    [InlineData(short.MaxValue + 1, true)]
    public void A_jump_that_is_too_long_is_refused(int over, bool isRefused)
    {
        BpfAssembler asm = new();
        BpfLabel far = asm.Label("far");
        asm.Jump(far);
        for (int i = 0; i < over; i++)
        {
            asm.Exit();
        }

        asm.Place(far);
        Assert.Equal(isRefused, Record.Exception(() => asm.Build()) is InvalidOperationException);
    }

    [Fact]
    public void An_offset_that_does_not_fit_is_refused() =>
        Assert.Throws<OverflowException>(() => new BpfAssembler().Load(R0, R1, 40_000, U8));

    [Theory]
    [InlineData("0-3\n", 4)]
    [InlineData("0\n", 1)]
    [InlineData("0-1,4-7", 8)]
    [InlineData("", null)]
    [InlineData("x", null)]
    public void Possible_cpus_are_counted(string text, int? cpus) => Assert.Equal(cpus, BpfMap.ParsePossible(text));

    private static string Hex(bpf_insn[] code) =>
        Convert.ToHexString(MemoryMarshal.AsBytes<bpf_insn>(code));
}
