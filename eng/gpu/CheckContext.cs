using System.Diagnostics;
using System.Globalization;
using AgentChain.Devices;
using AgentChain.Onnx.Runtime;

namespace AgentChain.GpuCheck;

/// <summary>What all checks share.</summary>
/// <param name="Host">ONNX Runtime.</param>
/// <param name="Device">The device to check.</param>
/// <param name="Report">Where outcomes go.</param>
sealed record CheckContext(OnnxRuntimeHost Host, DeviceRequest Device, GpuReport Report)
{
    /// <summary>Runs a check. An exception fails it and does not stop the others.</summary>
    /// <param name="name">What must hold.</param>
    /// <param name="check">Returns whether it holds, and what was seen.</param>
    public async Task CheckAsync(string name, Func<Task<(bool Passed, string Detail)>> check)
    {
        Check outcome;
        try
        {
            (bool passed, string detail) = await check();
            outcome = new Check(name, passed, detail);
        }
        catch (Exception error)
        {
            outcome = new Check(name, false, $"{error.GetType().Name}: {error.Message}");
        }

        Report.Checks.Add(outcome);
        Console.WriteLine($"{(outcome.Passed ? "passed" : "FAILED")}  {name}: {outcome.Detail}");
    }

    /// <summary>Runs a synchronous check.</summary>
    public Task CheckAsync(string name, Func<(bool Passed, string Detail)> check) => CheckAsync(name, () => Task.FromResult(check()));

    /// <summary>Records a measured value.</summary>
    public void Measured(string name, double value, string unit, string? goal = null)
    {
        Report.Measurements.Add(new Measurement(name, value, unit, goal));
        string suffix = goal is null ? "" : $" (goal: {goal})";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"measured  {name}: {value:G4} {unit}{suffix}"));
    }

    /// <summary>Returns the path of a model's folder.</summary>
    public static string Model(string name) => Path.Combine(AppContext.BaseDirectory, "models", name);

    /// <summary>Returns the median time of an action in seconds.</summary>
    public static double Median(int times, Action action)
    {
        action();
        double[] seconds = new double[times];
        for (int i = 0; i < times; i++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(seconds);
        return seconds[times / 2];
    }
}
