/* control-service.c - control-service NAME NUMBER: sends a control to a service, as `sc control` of Windows does, which Wine's
 * lacks. Exit status: 0, the service took it. */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

int
main (int argc, char **argv)
{
  SERVICE_STATUS status;
  if (argc != 3)
    return 2;
  SC_HANDLE manager = OpenSCManagerA (NULL, NULL, SC_MANAGER_CONNECT);
  SC_HANDLE service = OpenServiceA (manager, argv[1], SERVICE_ALL_ACCESS);
  if (service == NULL || !ControlService (service, (DWORD) atoi (argv[2]), &status)) {
    printf ("error %lu\n", GetLastError ());
    return 1;
  }
  return 0;
}
