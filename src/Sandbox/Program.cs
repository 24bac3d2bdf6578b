namespace Sandbox.Host;

internal static class Program
{
    private static int Main() => 2;
}
