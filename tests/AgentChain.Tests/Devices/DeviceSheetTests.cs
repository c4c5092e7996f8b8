using AgentChain.Devices;

namespace AgentChain.Tests.Devices;

public sealed class DeviceSheetTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Init_BadNumber_NamesTheOption(double bad)
    {
        Assert.Contains("DeviceSheet.PeakFlops", Assert.Throws<ArgumentOutOfRangeException>(() => new DeviceSheet { PeakFlops = bad }).Message);
        Assert.Contains("DeviceSheet.MemoryBandwidth", Assert.Throws<ArgumentOutOfRangeException>(() => new DeviceSheet { MemoryBandwidth = bad }).Message);
        Assert.Contains("DeviceSheet.LinkBandwidth", Assert.Throws<ArgumentOutOfRangeException>(() => new DeviceSheet { LinkBandwidth = bad }).Message);
    }

    [Fact]
    public void Init_NegativeLatency_NamesTheOption() => Assert.Contains(
        "DeviceSheet.LinkLatency is -1 ms", Assert.Throws<ArgumentOutOfRangeException>(() => new DeviceSheet { LinkLatency = (-1).Milliseconds() }).Message);

    [Fact]
    public void Init_Nothing_NothingIsKnown()
    {
        var sheet = new DeviceSheet();
        Assert.Equal((null, null, null, null), (sheet.PeakFlops, sheet.MemoryBandwidth, sheet.LinkBandwidth, sheet.LinkLatency));
        Assert.Null(ComputeDevice.Cpu().Sheet);
    }

    [Fact]
    public void Sheets_Published_KeepTheOrderOfTheCards()
    {
        DeviceSheet[] sheets = [DeviceSheet.L4, DeviceSheet.L40S, DeviceSheet.A100, DeviceSheet.H100, DeviceSheet.H200];
        Assert.Equal(sheets, sheets.OrderBy(sheet => sheet.MemoryBandwidth));
        Assert.All(sheets, sheet => Assert.InRange(sheet.PeakFlops!.Value / sheet.MemoryBandwidth!.Value, 100, 500));
    }
}
