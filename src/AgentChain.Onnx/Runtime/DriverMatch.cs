namespace AgentChain.Onnx.Runtime;

/// <summary>Finds the driver's record of each CUDA device that ONNX Runtime offers, and puts them in the order of their PCI addresses.</summary>
static class DriverMatch
{
    /// <summary>Returns the devices in the order in which they are named, each with the driver's record if that is certain.</summary>
    /// <param name="devices">The CUDA devices in the order in which ONNX Runtime lists them.</param>
    /// <param name="driver">The driver.</param>
    public static IReadOnlyList<(ProviderDevice Device, DriverDevice? Driver)> Order(IReadOnlyList<ProviderDevice> devices, IDeviceDriver driver)
    {
        if (devices.Count == 0)
        {
            return [];
        }

        IReadOnlyList<DriverDevice> known = Ask(driver);
        if (devices.All(device => device.PciId is not null))
        {
            return
            [
                .. devices.OrderBy(device => device.PciId, StringComparer.Ordinal)
                    .Select(device => (device, known.FirstOrDefault(one => one.PciId == device.PciId))),
            ];
        }

        bool isInOrder = known.Count == devices.Count && IsPciOrder(known, driver);
        return [.. devices.Select((device, index) => (device, isInOrder ? known[index] : null))];
    }

    /// <summary>
    /// Whether CUDA's indices follow the PCI addresses. By default, the fastest device comes first, so that is certain only for devices of one
    /// kind, or if the order was asked for; and not if some are hidden.
    /// </summary>
    static bool IsPciOrder(IReadOnlyList<DriverDevice> known, IDeviceDriver driver) =>
        driver.GetVariable("CUDA_VISIBLE_DEVICES") is null
        && (known.All(one => one.Name == known[0].Name) || driver.GetVariable("CUDA_DEVICE_ORDER") == "PCI_BUS_ID");

    static IReadOnlyList<DriverDevice> Ask(IDeviceDriver driver)
    {
        try
        {
            return driver.GetDevices();
        }
        catch (Exception)
        {
            return [];
        }
    }
}
