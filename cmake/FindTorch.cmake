# Finds libtorch and defines the imported target torch::torch and the variable Torch_VERSION. It is Debian's libtorch-dev
# by default, or that of a PyPI wheel if TORCH_ROOT names the wheel's torch folder:
#   -DTORCH_ROOT=.../site-packages/torch
# TorchConfig.cmake is not used. If both are installed it pairs the wheel's headers with Debian's libraries, and it needs
# a CUDA toolkit at configure time.
set(TORCH_ROOT "" CACHE PATH "The torch folder of a PyPI wheel; empty: Debian's libtorch-dev")

if(TORCH_ROOT)
  set(_include ${TORCH_ROOT}/include ${TORCH_ROOT}/include/torch/csrc/api/include)
  set(_hints ${TORCH_ROOT}/lib NO_DEFAULT_PATH)
else()
  find_path(_torch_api torch/torch.h PATHS /usr/include/torch/csrc/api/include NO_CACHE)
  find_path(_torch_base torch/script.h PATHS /usr/include NO_CACHE)
  set(_include ${_torch_base} ${_torch_api})
  set(_hints /usr/lib)
endif()
foreach(_name torch torch_cpu c10)
  find_library(_torch_${_name} ${_name} HINTS ${_hints} NO_CACHE)
endforeach()
set(_version_header)
foreach(_dir ${_include})
  if(EXISTS ${_dir}/torch/version.h)
    set(_version_header ${_dir}/torch/version.h)
  endif()
endforeach()
if(_version_header)
  file(STRINGS ${_version_header} _line REGEX "TORCH_VERSION_M[AI][JN]OR")
  string(REGEX REPLACE ".*MAJOR ([0-9]+).*MINOR ([0-9]+).*" "\\1.\\2" Torch_VERSION "${_line}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Torch
  REQUIRED_VARS _torch_torch _torch_torch_cpu _torch_c10 _include
  VERSION_VAR Torch_VERSION)

if(Torch_FOUND AND NOT TARGET torch::torch)
  add_library(torch::torch INTERFACE IMPORTED)
  target_include_directories(torch::torch SYSTEM INTERFACE ${_include})
  target_link_libraries(torch::torch INTERFACE ${_torch_torch} ${_torch_torch_cpu} ${_torch_c10})
  if(TORCH_ROOT)
    # The wheel's libraries need CUDA's, which are found only when a program runs.
    target_link_options(torch::torch INTERFACE -Wl,--allow-shlib-undefined)
  endif()
  foreach(_name torch_cuda c10_cuda)
    find_library(_torch_${_name} ${_name} HINTS ${_hints} NO_CACHE)
    if(TORCH_ROOT AND _torch_${_name})
      # No symbol refers to libtorch_cuda, so the linker would drop it; it registers its kernels when it is loaded.
      target_link_libraries(torch::torch INTERFACE -Wl,--no-as-needed ${_torch_${_name}} -Wl,--as-needed)
    endif()
  endforeach()
endif()
