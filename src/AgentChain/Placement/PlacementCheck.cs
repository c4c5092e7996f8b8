using System.Globalization;
using AgentChain.Devices;

namespace AgentChain.Placement;

/// <summary>Says what does not fit.</summary>
static class PlacementCheck
{
    /// <summary>Requires a device for each phase.</summary>
    /// <exception cref="PlacementException">No device can run a phase, or has the memory for it alone.</exception>
    public static void EachCanRun(PlacementProblem problem, PlacementModel model)
    {
        for (int i = 0; i < model.Count; i++)
        {
            PlacementPhase phase = problem.Phases[i];
            ComputeDevice[] able = [.. problem.Devices.Where((_, d) => model.CanRun(i, d))];
            if (able.Length == 0)
            {
                if (!problem.Devices.Any(phase.Device.Accepts))
                {
                    throw new PlacementException(
                        PlacementObstacle.Device,
                        $"No device can run the phase '{OptionCheck.Visible(phase.Name)}', which requests {phase.Device}: the problem has no such device. Present: {Present(problem.Devices)}. Add one, or request another one with DeviceRequest.Or.");
                }

                string[] timed = [.. (phase.Times?.Keys ?? []).Where(name => !problem.Devices.Any(device => device.IsNamed(name)))];
                string elsewhere = timed.Length == 0 ? "" : $" Its times for {string.Join(", ", timed.Select(OptionCheck.Visible))} are of devices that the problem does not have.";
                throw new PlacementException(
                    PlacementObstacle.Device,
                    $"No device can run the phase '{OptionCheck.Visible(phase.Name)}', which requests {phase.Device}: give it a time (PlacementPhase.Times), or its work for a device with a data sheet.{elsewhere} Present: {Present(problem.Devices)}.");
            }

            double needs = MemoryOf(phase);
            if (Array.TrueForAll(able, device => device.MemoryBytes < needs))
            {
                throw new PlacementException(
                    PlacementObstacle.Memory,
                    $"The phase '{OptionCheck.Visible(phase.Name)}' needs {Size(needs)}, more than any device has that can run it: {string.Join(", ", able.Select(device => $"{device.Name} {Size(device.MemoryBytes!.Value)}"))}. Use a smaller model, or a device with more memory.");
            }
        }
    }

    /// <summary>Says that the memory of the devices does not suffice for all phases.</summary>
    public static PlacementException Memory(PlacementProblem problem, PlacementModel model)
    {
        string over = string.Join(", ", Enumerable.Range(0, model.Devices)
            .Where(d => model.MemoryOf(d) > (problem.Devices[d].MemoryBytes ?? double.PositiveInfinity))
            .Select(d => $"{problem.Devices[d].Name} needs {Size(model.MemoryOf(d))} of {Size(problem.Devices[d].MemoryBytes!.Value)}"));
        string phases = string.Join(", ", problem.Phases.Select(phase => $"{OptionCheck.Visible(phase.Name)} {Size(MemoryOf(phase))}"));
        return new PlacementException(
            PlacementObstacle.Memory,
            $"The phases do not fit into the memory of the devices. In the best placement that was found, {over}. The phases need: {phases}. Use smaller models, let phases share weights (PlacementPhase.Weights), or add a device.");
    }

    /// <summary>Says that the devices do not serve what arrives.</summary>
    public static PlacementException Load(PlacementProblem problem, PlacementPlan closest)
    {
        string loads = string.Join(", ", closest.Devices.Select(use => OptionCheck.Text($"{use.Device} {use.Load:0 %}")));
        return new PlacementException(
            PlacementObstacle.Load,
            OptionCheck.Text($"The devices cannot serve {problem.ArrivalsPerSecond:0.###} turns a second. In the best placement that was found, their loads are: {loads}. Add a device, or admit fewer turns."),
            closest);
    }

    /// <summary>Formats a number of bytes.</summary>
    internal static string Size(double bytes) => bytes switch
    {
        >= 1e9 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.##} GB"),
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes:0} bytes"),
    };

    /// <summary>The bytes that a phase needs: the sum of two numbers, each of which can be the largest there is.</summary>
    static double MemoryOf(PlacementPhase phase) => (double)phase.MemoryBytes + phase.WeightBytes;

    static string Present(IReadOnlyList<ComputeDevice> devices) => string.Join(", ", devices.Select(device => device.Name));
}
