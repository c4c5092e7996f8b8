using System.Globalization;
using AgentChain.Devices;
using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Runtime;

/// <summary>Finds out whether an error of ONNX Runtime means that a CUDA device is gone for this process.</summary>
static class DeviceTrouble
{
    const string Mark = "CUDA failure ";

    /// <summary>
    /// The error codes of CUDA after which no call on the device succeeds: no or an unavailable device, an uncorrectable memory error, a link
    /// or context that is gone, a fault or a failed launch of a kernel, an unknown error of the driver.
    /// </summary>
    static readonly int[] Fatal = [46, 100, 101, 214, 219, 226, 700, 709, 710, 714, 715, 716, 717, 718, 719, 999];

    /// <summary>Returns the exception for a device that is gone; null if the error is another one.</summary>
    public static DeviceLostException? Find(OnnxDevice device, OnnxRuntimeException error) =>
        device.Device.Kind == DeviceKind.Cuda && CodeOf(error.Message) is { } code && Fatal.Contains(code)
            ? new DeviceLostException(device.Device.Name, error)
            : null;

    internal static int? CodeOf(string message)
    {
        int at = message.IndexOf(Mark, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        ReadOnlySpan<char> rest = message.AsSpan(at + Mark.Length);
        int digits = rest.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(digits < 0 ? rest : rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out int code) ? code : null;
    }
}
