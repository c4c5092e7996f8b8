namespace AgentChain.Devices;

/// <summary>Formats sizes and rates for messages.</summary>
static class ByteText
{
    static readonly string[] Units = ["", "k", "M", "G", "T", "P"];

    /// <summary>Formats bytes, such as <c>16.1 GB</c>.</summary>
    public static string Of(double bytes) => $"{Scaled(bytes)}B";

    /// <summary>Formats a rate, such as <c>989 TFLOP/s</c>.</summary>
    public static string Rate(double flops) => $"{Scaled(flops)}FLOP/s";

    static string Scaled(double value)
    {
        int unit = 0;
        for (; Math.Abs(value) >= 1000 && unit < Units.Length - 1; unit++)
        {
            value /= 1000;
        }

        return OptionCheck.Text($"{value:0.#} {Units[unit]}");
    }
}
