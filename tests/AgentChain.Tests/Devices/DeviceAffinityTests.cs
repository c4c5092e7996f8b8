using AgentChain.Devices;

namespace AgentChain.Tests.Devices;

public class DeviceAffinityTests
{
    static readonly ComputeDevice Here = new("here", DeviceKind.Cuda) { Sheet = new() { LinkBandwidth = 1e9, LinkLatency = 1.Milliseconds() } };
    static readonly ComputeDevice There = new("there", DeviceKind.Cuda) { Sheet = new() { LinkBandwidth = 2e9, LinkLatency = 2.Milliseconds() } };

    [Fact]
    public void TimeTo_Elsewhere_IsThatOfTheSlowerLink()
    {
        DeviceAffinity state = new("HERE") { Bytes = 10_000_000 };
        Assert.Equal(TimeSpan.Zero, state.TimeTo(Here));
        Assert.Equal(7.Milliseconds(), state.TimeTo(There));
        Assert.Equal(13.Milliseconds(), state.TimeTo(There, Here));
    }

    [Fact]
    public void TimeTo_BuiltAnewFaster_ThatCounts()
    {
        DeviceAffinity state = new("here") { Bytes = 10_000_000, Rebuild = 5.Milliseconds() };
        Assert.Equal(5.Milliseconds(), state.TimeTo(There));
        Assert.Equal(7.Milliseconds(), (state with { Rebuild = 9.Milliseconds() }).TimeTo(There));
        Assert.Equal(5.Milliseconds(), (state with { Bytes = 0 }).TimeTo(There));
    }

    [Fact]
    public void TimeTo_NothingKnown_IsNotKnown()
    {
        Assert.Null(new DeviceAffinity("here") { Bytes = 10 }.TimeTo(ComputeDevice.Cpu()));
        Assert.Null(new DeviceAffinity("here").TimeTo(There));
        Assert.Equal(TimeSpan.Zero, default(DeviceAffinity).TimeTo(There));
    }

    [Fact]
    public void TimeTo_AbsurdSize_DoesNotOverflow() =>
        Assert.True(new DeviceAffinity("here") { Bytes = long.MaxValue }.TimeTo(new("slow", DeviceKind.Other) { Sheet = new() { LinkBandwidth = 1e-300 } }) > TimeSpan.Zero);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Create_BadName_Throws(string name) => Assert.Throws<ArgumentException>(() => new DeviceAffinity(name));
}
