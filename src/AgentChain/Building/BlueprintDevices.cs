using AgentChain.Devices;

namespace AgentChain.Building;

/// <summary>Finds blocks that need a device and cannot get it.</summary>
static class BlueprintDevices
{
    public static void Check(BlueprintNode node, string name, IReadOnlyList<ComputeDevice> devices, List<string> errors)
    {
        for (int i = 0; i < node.Blocks.Count; i++)
        {
            if (node.Blocks[i] is not INeedsDevice block)
            {
                continue;
            }

            bool isFallback = node.HasFallbackBlock && i == node.Blocks.Count - 1;
            string subject = isFallback ? $"The fallback of block '{name}'" : $"Block '{name}'";
            if (Problem(block, isFallback ? null : node.Settings.Device, isFallback, devices) is { } problem)
            {
                errors.Add($"{subject} {problem}");
            }
        }
    }

    static string? Problem(INeedsDevice block, DeviceRequest? asked, bool isFallback, IReadOnlyList<ComputeDevice> devices)
    {
        ComputeDevice? needed;
        try
        {
            needed = block.Device;
        }
        catch (Exception error)
        {
            return $"threw {error.GetType().Name} when it was asked for the device that it needs.";
        }

        return needed is null ? null
            : isFallback ? $"needs a lane of {needed.Name}, but a fallback gets no device; fall back to a block that needs none."
            : asked is not { } request ? $"needs a lane of {needed.Name}; add it with o => o.On(\"{needed.Name}\")."
            : !request.Accepts(needed)
                ? $"needs a lane of {needed.Name}, but requests {request}; add it with o => o.On(\"{needed.Name}\"), or load its model onto {request}."
            : request.Among(devices) is { Count: > 0 } used && !used.Any(d => d.IsNamed(needed.Name)) && devices.Any(d => d.IsNamed(needed.Name))
                ? $"needs a lane of {needed.Name}, but {request} is {string.Join(" or ", used.Select(d => d.Name))} here; load its model onto {used[0].Name}, or request {needed.Name} first."
            : devices.Any(request.Accepts) && !devices.Any(d => d.IsNamed(needed.Name))
                ? $"needs a lane of {needed.Name}, which is not present; available devices: {string.Join(", ", devices.Select(d => d.Name))}."
            : null;
    }
}
